package io.troupe.rollout.constraint.automaton;

import io.troupe.rollout.constraint.automaton.Language.Either;
import io.troupe.rollout.constraint.automaton.Language.End;
import io.troupe.rollout.constraint.automaton.Language.InDfa;
import io.troupe.rollout.constraint.automaton.Language.Nothing;
import io.troupe.rollout.constraint.automaton.Language.OneByte;
import io.troupe.rollout.constraint.automaton.Language.Reference;
import io.troupe.rollout.constraint.automaton.Language.Repeat;
import io.troupe.rollout.constraint.automaton.Language.Sequence;
import io.troupe.rollout.constraint.automaton.Language.SpaceBefore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Builds the languages of one constraint and computes the state after a byte.
 *
 * <p>A language without strings is always {@link #nothing}: every operation removes what cannot be
 * completed. A state other than nothing can therefore be continued to a valid text. Not
 * thread-safe.
 */
public final class Languages {
  /** The {@code max} of a repetition without a limit. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private final Language nothing = new Nothing();
  private final Language end = new End();
  private final Map<Language, Language> known = new HashMap<>();
  private final Map<Language, Integer> order = new IdentityHashMap<>();
  private final List<Language> expanded = new ArrayList<>(); // those with transitions
  private final ByteClasses classes = new ByteClasses();
  private final int maxStates;
  private int numCreated;
  private long numSteps;
  private int numDfaStates;

  /**
   * An empty set of languages.
   *
   * @param maxStates number of states that are kept; see {@link #forgetStatesIfMany}
   */
  public Languages(int maxStates) {
    this.maxStates = maxStates;
  }

  /** The language without strings. */
  public Language nothing() {
    return nothing;
  }

  /** The language of the empty string. */
  public Language end() {
    return end;
  }

  /** One byte of a set, which is not empty. */
  public Language oneByte(ByteSet bytes) {
    if (classes.refine(bytes)) {
      forgetTransitions();
    }
    return intern(new OneByte(bytes));
  }

  /** A string of the first language followed by a string of the second. */
  public Language sequence(Language first, Language rest) {
    if (first == nothing || rest == nothing) {
      return nothing;
    }
    if (first == end) {
      return rest;
    }
    return rest == end ? first : intern(new Sequence(first, rest));
  }

  /** Strings of several languages, one after another. */
  public Language sequence(List<Language> parts) {
    Language sequence = end;
    for (Language part : parts.reversed()) {
      sequence = sequence(part, sequence);
    }
    return sequence;
  }

  /** A string of either language. */
  public Language either(Language one, Language other) {
    if (one == other || other == nothing) {
      return one;
    }
    return one == nothing ? other : either(List.of(one, other));
  }

  /** A string of any of the languages. */
  public Language either(List<Language> options) {
    List<Language> distinct = new ArrayList<>();
    ByteSet bytes = null;
    for (Language option : flat(options)) {
      if (option instanceof OneByte one) {
        bytes = bytes == null ? one.bytes : bytes.union(one.bytes);
      } else if (option != nothing) {
        distinct.add(option);
      }
    }
    if (bytes != null) {
      distinct.add(intern(new OneByte(bytes)));
    }
    distinct.sort(Comparator.comparingInt(this::creation));
    List<Language> kept = new ArrayList<>(distinct.size());
    for (Language option : distinct) {
      if (kept.isEmpty() || kept.getLast() != option) {
        kept.add(option);
      }
    }
    if (kept.size() > 1 && kept.stream().anyMatch(option -> option != end && option.acceptsEnd())) {
      kept.remove(end);
    }
    return switch (kept.size()) {
      case 0 -> nothing;
      case 1 -> kept.getFirst();
      default -> intern(new Either(kept.toArray(Language[]::new)));
    };
  }

  private static List<Language> flat(List<Language> options) {
    List<Language> flat = new ArrayList<>(options.size());
    for (Language option : options) {
      if (option instanceof Either either) {
        flat.addAll(List.of(either.options));
      } else {
        flat.add(option);
      }
    }
    return flat;
  }

  /** The language, or nothing at all. */
  public Language optional(Language language) {
    return language.acceptsEnd() ? language : either(language, end);
  }

  /**
   * Strings of a language, one after another.
   *
   * @param min minimum number of strings, at least 0
   * @param max maximum number, or {@link #UNLIMITED}
   */
  public Language repeat(Language body, int min, int max) {
    if (max == 0 || body == end) {
      return end;
    }
    if (body == nothing) {
      return min == 0 ? end : nothing;
    }
    if (min == 1 && max == 1) {
      return body;
    }
    return intern(new Repeat(body, body.acceptsEnd() ? 0 : min, max));
  }

  /**
   * A language that is built when it is needed. It must not be empty nor contain the empty string.
   *
   * @param name references with equal names are the same
   */
  public Language reference(Object name, Supplier<Language> definition) {
    return intern(new Reference(name, definition));
  }

  /** The strings that a finite automaton accepts. */
  public Language of(Dfa dfa) {
    dfa.transitionSets().forEach(this::oneByte);
    return inDfa(dfa, dfa.start());
  }

  private Language inDfa(Dfa dfa, int state) {
    if (state == Dfa.DEAD) {
      return nothing;
    }
    return dfa.isEnd(state) ? end : intern(new InDfa(dfa, state));
  }

  /**
   * The language for a decoder that drops a space at the start of a text: byte strings that belong
   * to the language after such a space is removed.
   */
  public Language withDroppedSpace(Language language) {
    if (language == nothing || language == end) {
      return language;
    }
    oneByte(ByteSet.range(' ', ' '));
    return intern(new SpaceBefore(language));
  }

  /**
   * The state after a byte.
   *
   * @param b in [0, 255]
   */
  public Language next(Language state, int b) {
    int byteClass = classes.of(b);
    Language[] cached = state.next;
    if (cached != null && cached[byteClass] != null) {
      return cached[byteClass];
    }
    return switch (state) {
      case Nothing _, End _ -> nothing;
      case OneByte one -> one.bytes.contains(b) ? end : nothing;
      case Sequence _, Either _, Repeat _, Reference _, InDfa _, SpaceBefore _ -> {
        Language derived = derive(state, b);
        if (state.next == null) {
          state.next = new Language[classes.count()];
          expanded.add(state);
        }
        state.next[byteClass] = derived;
        yield derived;
      }
    };
  }

  private Language derive(Language state, int b) {
    numSteps++;
    return switch (state) {
      case Nothing _, End _ -> nothing;
      case OneByte one -> one.bytes.contains(b) ? end : nothing;
      case Sequence sequence -> afterSequence(sequence, b);
      case Either either -> {
        List<Language> derived = new ArrayList<>();
        for (Language option : either.options) {
          Language after = next(option, b);
          if (after != nothing) {
            derived.add(after);
          }
        }
        yield derived.size() == 1 ? derived.getFirst() : either(derived);
      }
      case Repeat repeat ->
          sequence(
              next(repeat.body, b),
              repeat(
                  repeat.body,
                  Math.max(0, repeat.min - 1),
                  repeat.max == UNLIMITED ? UNLIMITED : repeat.max - 1));
      case Reference reference -> next(reference.body(), b);
      case InDfa inDfa -> inDfa(inDfa.dfa, inDfa.dfa.next(inDfa.state, b));
      case SpaceBefore space -> b == ' ' ? space.rest : next(space.rest, b);
    };
  }

  /** The state after a byte of the first part, or of a later one if those before may be empty. */
  private Language afterSequence(Sequence sequence, int b) {
    Language inFirst = sequence(next(sequence.first, b), sequence.rest);
    if (!sequence.first.acceptsEnd()) {
      return inFirst;
    }
    List<Language> options = new ArrayList<>(List.of(inFirst));
    Language rest = sequence.rest;
    while (rest instanceof Sequence later) { // a loop, since there may be thousands
      numSteps++;
      options.add(sequence(next(later.first, b), later.rest));
      if (!later.first.acceptsEnd()) {
        return either(options);
      }
      rest = later.rest;
    }
    options.add(next(rest, b));
    return either(options);
  }

  /** The bytes after which the state is the same as before. */
  public ByteSet loops(Language state) {
    if (state.loops != null) {
      return state.loops;
    }
    ByteSet loops = ByteSet.NONE;
    int[] bytes = classes.representatives();
    ByteSet[] members = classes.members();
    for (int c = 0; c < bytes.length; c++) {
      if (next(state, bytes[c]) == state) {
        loops = loops.union(members[c]);
      }
    }
    if (state.next != null) { // forgotten together with the transitions
      state.loops = loops;
    }
    return loops;
  }

  /**
   * A state that allows the same strings of at most so many bytes as starts of a text. Repetition
   * counts beyond that number make no difference, so that many states have the same one.
   */
  public Language within(Language state, int numBytes) {
    return switch (state) {
      case Repeat repeat ->
          repeat(
              repeat.body,
              Math.min(repeat.min, numBytes + 1),
              repeat.max > numBytes ? UNLIMITED : repeat.max);
      case Sequence sequence ->
          sequence(
              within(sequence.first, numBytes),
              sequence.rest instanceof Repeat ? within(sequence.rest, numBytes) : sequence.rest);
      case Either either ->
          either(Arrays.stream(either.options).map(option -> within(option, numBytes)).toList());
      case Nothing _, End _, OneByte _, Reference _, InDfa _, SpaceBefore _ -> state;
    };
  }

  /** The classes of bytes that no state distinguishes. */
  ByteClasses classes() {
    return classes;
  }

  /** The number of transitions that have been computed, a measure of time. */
  long numSteps() {
    return numSteps;
  }

  /** Adds to the number of states of finite automata; returns the new number. */
  int addDfaStates(int count) {
    numDfaStates += count;
    return numDfaStates;
  }

  /**
   * Forgets the states that were created, if there are too many. States in use stay valid; what
   * they lead to is created again when it is reached.
   *
   * @return whether they were forgotten
   */
  public boolean forgetStatesIfMany() {
    if (known.size() <= maxStates) {
      return false;
    }
    forgetTransitions();
    known.clear();
    order.clear();
    return true;
  }

  private void forgetTransitions() {
    for (Language state : expanded) {
      state.next = null;
      state.loops = null;
    }
    expanded.clear();
  }

  private Language intern(Language language) {
    return known.computeIfAbsent(language, key -> key);
  }

  private int creation(Language language) {
    return order.computeIfAbsent(language, _ -> numCreated++);
  }
}
