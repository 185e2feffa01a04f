package io.troupe.rollout.constraint.automaton;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A set of byte strings, as an expression, and the state of an automaton: the strings that may
 * still follow. Every language except {@link Nothing} contains a string. Created by {@link
 * Languages}, which keeps one object per expression, so that equal parts are identical.
 */
public abstract sealed class Language {
  private final boolean acceptsEnd;

  /** The states after each class of bytes, filled by {@link Languages} when they are reached. */
  Language[] next;

  /** The bytes that lead back to this state, once they are known. */
  ByteSet loops;

  private Language(boolean acceptsEnd) {
    this.acceptsEnd = acceptsEnd;
  }

  /** Whether the empty string belongs to the language: the text may end here. */
  public boolean acceptsEnd() {
    return acceptsEnd;
  }

  /** Whether the language is empty: the text cannot be continued to a valid one. */
  public boolean isNothing() {
    return this instanceof Nothing;
  }

  /** Whether the empty string is the only one: the text can only end here. */
  public boolean isEnd() {
    return this instanceof End;
  }

  /** No string. */
  static final class Nothing extends Language {
    Nothing() {
      super(false);
    }
  }

  /** The empty string. */
  static final class End extends Language {
    End() {
      super(true);
    }
  }

  /** One byte of a set. */
  static final class OneByte extends Language {
    final ByteSet bytes;

    OneByte(ByteSet bytes) {
      super(false);
      this.bytes = bytes;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof OneByte that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
      return bytes.hashCode();
    }
  }

  /** A string of one language followed by a string of another. */
  static final class Sequence extends Language {
    final Language first;
    final Language rest;

    Sequence(Language first, Language rest) {
      super(first.acceptsEnd() && rest.acceptsEnd());
      this.first = first;
      this.rest = rest;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Sequence that && first == that.first && rest == that.rest;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(first) + System.identityHashCode(rest);
    }
  }

  /** A string of any of several languages, which are sorted by identity and different. */
  static final class Either extends Language {
    final Language[] options;

    Either(Language[] options) {
      super(Arrays.stream(options).anyMatch(Language::acceptsEnd));
      this.options = options;
    }

    @Override
    public boolean equals(Object other) {
      if (!(other instanceof Either that) || options.length != that.options.length) {
        return false;
      }
      for (int i = 0; i < options.length; i++) {
        if (options[i] != that.options[i]) {
          return false;
        }
      }
      return true;
    }

    @Override
    public int hashCode() {
      int hash = 1;
      for (Language option : options) {
        hash = 31 * hash + System.identityHashCode(option);
      }
      return hash;
    }
  }

  /** Between {@code min} and {@code max} strings of a language, one after another. */
  static final class Repeat extends Language {
    final Language body;
    final int min;
    final int max;

    Repeat(Language body, int min, int max) {
      super(min == 0 || body.acceptsEnd());
      this.body = body;
      this.min = min;
      this.max = max;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Repeat that
          && body == that.body
          && min == that.min
          && max == that.max;
    }

    @Override
    public int hashCode() {
      return 31 * (31 * System.identityHashCode(body) + min) + max;
    }
  }

  /** A language that is built when its first byte is read, which makes recursion possible. */
  static final class Reference extends Language {
    final Object name;
    private final Supplier<Language> definition;
    private Language body;

    Reference(Object name, Supplier<Language> definition) {
      super(false);
      this.name = name;
      this.definition = definition;
    }

    Language body() {
      if (body == null) {
        body = definition.get();
      }
      return body;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Reference that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  /** The strings that a finite automaton accepts from one of its states. */
  static final class InDfa extends Language {
    final Dfa dfa;
    final int state;

    InDfa(Dfa dfa, int state) {
      super(dfa.accepts(state));
      this.dfa = dfa;
      this.state = state;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof InDfa that && dfa == that.dfa && state == that.state;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(dfa) + state;
    }
  }

  /** A language before whose strings a space may stand. */
  static final class SpaceBefore extends Language {
    final Language rest;

    SpaceBefore(Language rest) {
      super(rest.acceptsEnd());
      this.rest = rest;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof SpaceBefore that && rest == that.rest;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(rest) + 7;
    }
  }
}
