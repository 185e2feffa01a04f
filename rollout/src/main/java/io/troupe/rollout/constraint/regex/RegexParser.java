package io.troupe.rollout.constraint.regex;

import io.troupe.rollout.constraint.text.CharacterSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses the regular expressions that describe a set of texts: the common part of Python's, RE2's
 * and Java's dialects.
 *
 * <ul>
 *   <li>Characters, {@code .} (no line terminator), {@code [...]}, {@code [^...]}, {@code \d \D \w
 *       \W \s \S} (ASCII), {@code \t \n \r \f \v \0 \xHH \\uHHHH} and escaped punctuation.
 *   <li>Groups {@code (...)}, {@code (?:...)}, {@code (?P<name>...)}, {@code (?<name>...)};
 *       alternatives {@code |}.
 *   <li>{@code * + ? {m} {m,} {m,n}} with counts up to 1000 (their product when nested); a lazy
 *       form such as {@code *?} describes the same texts.
 *   <li>{@code ^} at the start and {@code $} at the end of an alternative.
 * </ul>
 *
 * <p>Lookaround, backreferences, word boundaries, flags, atomic groups, possessive repetition,
 * Unicode properties and operations on classes are rejected by name.
 */
final class RegexParser {
  /** The maximum length of a pattern in characters. */
  static final int MAX_LENGTH = 16_384;

  /** The maximum repetition count, as in RE2. */
  private static final int MAX_COUNT = 1000;

  private static final int MAX_DEPTH = 100;
  private static final String SPECIAL = "*+?{}[]()|^$.\\";

  private final PatternReader reader;
  private final ClassParser classes;
  private int depth;

  private RegexParser(PatternReader reader) {
    this.reader = reader;
    this.classes = new ClassParser(reader);
  }

  /**
   * Parses a pattern.
   *
   * @param name of the setting, for errors
   * @throws IllegalArgumentException naming what is not supported and its position
   */
  static Regex parse(String name, String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          name + " must have at most " + MAX_LENGTH + " characters, got " + pattern.length());
    }
    PatternReader reader = new PatternReader(name, pattern);
    Regex regex = new RegexParser(reader).alternatives();
    if (reader.peek() != PatternReader.END) {
      throw reader.error("have an opening parenthesis for each closing one", ")");
    }
    return regex;
  }

  private Regex alternatives() {
    if (++depth > MAX_DEPTH) {
      throw reader.error("have at most " + MAX_DEPTH + " nested groups", "more");
    }
    List<Regex> options = new ArrayList<>();
    do {
      options.add(sequence());
    } while (reader.skip("|"));
    depth--;
    return options.size() == 1 ? options.getFirst() : new Regex.Alternatives(options);
  }

  private Regex sequence() {
    List<Regex> parts = new ArrayList<>();
    while (reader.peek() != PatternReader.END && reader.peek() != '|' && reader.peek() != ')') {
      parts.add(repeated());
    }
    return parts.size() == 1 ? parts.getFirst() : new Regex.Sequence(parts);
  }

  private Regex repeated() {
    int start = reader.position();
    Regex atom = atom();
    Optional<Regex.Repeat> repeat = quantified(atom);
    if (repeat.isEmpty()) {
      return atom;
    }
    if (atom instanceof Regex.TextStart || atom instanceof Regex.TextEnd) {
      reader.back(start);
      throw reader.error("not repeat ^ or $", "one");
    }
    if (reader.startsWith("+")) {
      throw reader.unsupported("possessive repetition", "+");
    }
    if (product(repeat.get()) > MAX_COUNT) {
      throw reader.error(
          "have repetition counts of at most " + MAX_COUNT + ", also when nested", "more");
    }
    reader.skip("?"); // a lazy repetition matches the same texts
    if (!reader.startsWith("{,") && (reader.peek() == '*' || reader.peek() == '{')) {
      throw reader.error("have one repetition per group", Character.toString(reader.peek()));
    }
    return repeat.get();
  }

  /** The largest product of the counts of nested repetitions. */
  private static long product(Regex regex) {
    return switch (regex) {
      case Regex.Repeat(Regex body, int min, int max) ->
          Math.max(1, max == Integer.MAX_VALUE ? min : max) * product(body);
      case Regex.Sequence(List<Regex> parts) ->
          parts.stream().mapToLong(RegexParser::product).max().orElse(1);
      case Regex.Alternatives(List<Regex> options) ->
          options.stream().mapToLong(RegexParser::product).max().orElse(1);
      case Regex.OneOf _, Regex.TextStart _, Regex.TextEnd _ -> 1;
    };
  }

  private Optional<Regex.Repeat> quantified(Regex atom) {
    if (reader.skip("*")) {
      return Optional.of(new Regex.Repeat(atom, 0, Integer.MAX_VALUE));
    }
    if (reader.skip("+")) {
      return Optional.of(new Regex.Repeat(atom, 1, Integer.MAX_VALUE));
    }
    if (reader.skip("?")) {
      return Optional.of(new Regex.Repeat(atom, 0, 1));
    }
    return reader.skip("{") ? Optional.of(counted(atom)) : Optional.empty();
  }

  private Regex.Repeat counted(Regex atom) {
    int min = reader.number();
    int max = min;
    if (reader.skip(",")) {
      int limit = reader.number();
      max = limit < 0 ? Integer.MAX_VALUE : limit;
    }
    if (min < 0 || !reader.skip("}")) {
      throw reader.error("have {m}, {m,} or {m,n} after {; escape a { in the text", "others");
    }
    if (max < min) {
      throw reader.error("have counts {m,n} with m <= n", "m=" + min + ", n=" + max);
    }
    return new Regex.Repeat(atom, min, max);
  }

  private Regex atom() {
    Optional<CharacterSet> set = classes.classEscape(false);
    if (set.isPresent()) {
      return new Regex.OneOf(set.get());
    }
    int next = reader.peek();
    if (next == '\\' || SPECIAL.indexOf(next) < 0) {
      return new Regex.OneOf(CharacterSet.of(classes.character()));
    }
    reader.read();
    return switch (next) {
      case '.' -> new Regex.OneOf(CharacterClasses.DOT);
      case '^' -> new Regex.TextStart();
      case '$' -> new Regex.TextEnd();
      case '[' -> new Regex.OneOf(classes.bracket());
      case '(' -> group();
      default -> throw reader.error("escape special characters", Character.toString(next));
    };
  }

  private Regex group() {
    if (reader.skip("?")) {
      groupName();
    }
    Regex body = alternatives();
    if (!reader.skip(")")) {
      throw reader.error("have a closing parenthesis for each opening one", "none");
    }
    return body;
  }

  /** Skips what comes after {@code (?}. */
  private void groupName() {
    for (String lookaround : List.of("=", "!", "<=", "<!")) {
      if (reader.startsWith(lookaround)) {
        throw reader.unsupported("lookaround", "(?" + lookaround);
      }
    }
    if (reader.startsWith("P=")) {
      throw reader.unsupported("backreferences", "(?P=");
    }
    if (reader.startsWith(">")) {
      throw reader.unsupported("atomic groups", "(?>");
    }
    if (reader.skip(":")) {
      return;
    }
    if (!reader.skip("P<") && !reader.skip("<")) {
      throw reader.unsupported("flags", "(?");
    }
    while (reader.read() != '>') {
      // the name has no effect on the texts
    }
  }
}
