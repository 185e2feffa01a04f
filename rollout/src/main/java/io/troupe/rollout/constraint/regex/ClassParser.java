package io.troupe.rollout.constraint.regex;

import io.troupe.rollout.constraint.text.CharacterSet;
import java.util.Optional;

/** Parses escapes and bracket expressions. */
final class ClassParser {
  private final PatternReader reader;

  ClassParser(PatternReader reader) {
    this.reader = reader;
  }

  /** Parses a bracket expression after its opening bracket. */
  CharacterSet bracket() {
    boolean negated = reader.skip("^");
    CharacterSet set = CharacterSet.NONE;
    boolean first = true;
    while (first || reader.peek() != ']') {
      set = set.union(item(first, negated));
      first = false;
    }
    reader.read();
    CharacterSet result = negated ? set.complement() : set;
    if (result.isEmpty()) {
      throw reader.error("have characters in each class", "an empty class");
    }
    return result;
  }

  private CharacterSet item(boolean first, boolean negated) {
    if (reader.startsWith("&&") || reader.startsWith("--") || reader.peek() == '[') {
      throw reader.unsupported(
          "set operations or an unescaped [ in a class", Character.toString(reader.peek()));
    }
    int start = reader.position();
    Optional<CharacterSet> group = classEscape(negated);
    if (group.isPresent()) {
      return group.get();
    }
    if (reader.peek() == ']' && first) {
      throw reader.error("have an escaped ] at the start of a class", "]");
    }
    int from = character();
    if (!reader.startsWith("-") || reader.startsWith("-]")) {
      return CharacterSet.of(from);
    }
    reader.skip("-");
    if (classEscape(negated).isPresent()) {
      reader.back(start);
      throw reader.error("have ranges between characters", "a class as the end of a range");
    }
    int to = character();
    if (to < from) {
      reader.back(start);
      throw reader.error("have ranges in ascending order", "a descending one");
    }
    return CharacterSet.range(from, to);
  }

  /**
   * The predefined class that comes next, such as {@code \d}, if there is one; {@code negated} in a
   * negated class.
   */
  Optional<CharacterSet> classEscape(boolean negated) {
    int start = reader.position();
    if (reader.skip("\\") && reader.peek() != PatternReader.END) {
      Optional<CharacterSet> set = CharacterClasses.ofEscape(reader.read(), negated);
      if (set.isPresent()) {
        return set;
      }
    }
    reader.back(start);
    return Optional.empty();
  }

  /** The next character, which may be escaped. */
  int character() {
    int start = reader.position();
    int character = reader.read();
    if (character == '\\') {
      character = escaped(reader.read(), start);
    }
    if (Character.MIN_SURROGATE <= character && character <= Character.MAX_SURROGATE) {
      reader.back(start);
      throw reader.error("contain Unicode characters", "half of a surrogate pair");
    }
    return character;
  }

  private int escaped(int letter, int start) {
    int control = "tnrfv0".indexOf(letter);
    if (control >= 0) {
      return "\t\n\r\f\u000b\0".codePointAt(control);
    }
    if (letter == 'x') {
      return reader.hex(2);
    }
    if (letter == 'u') {
      int high = reader.hex(4);
      return Character.isHighSurrogate((char) high) && reader.skip("\\u")
          ? Character.toCodePoint((char) high, (char) reader.hex(4))
          : high;
    }
    if (letter < 0x80 && !Character.isLetterOrDigit(letter)) {
      return letter;
    }
    reader.back(start);
    throw reader.unsupported(feature(letter), "\\" + Character.toString(letter));
  }

  private static String feature(int letter) {
    return switch (letter) {
      case '1', '2', '3', '4', '5', '6', '7', '8', '9', 'k' -> "backreferences";
      case 'b', 'B' -> "word boundaries";
      case 'A', 'Z', 'z', 'G' -> "anchors other than ^ and $";
      case 'p', 'P' -> "Unicode properties";
      default -> "this escape";
    };
  }
}
