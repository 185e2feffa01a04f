package io.troupe.rollout.constraint.regex;

/** The characters of a pattern and the position in it. */
final class PatternReader {
  static final int END = -1;

  private final String name;
  private final String pattern;
  private int position;

  /**
   * A reader at the start of a pattern.
   *
   * @param name of the setting, for errors
   */
  PatternReader(String name, String pattern) {
    this.name = name;
    this.pattern = pattern;
  }

  int position() {
    return position;
  }

  /** The next character, or {@link #END}. */
  int peek() {
    return position < pattern.length() ? pattern.codePointAt(position) : END;
  }

  boolean startsWith(String text) {
    return pattern.startsWith(text, position);
  }

  int read() {
    int character = peek();
    if (character == END) {
      throw error("continue", "its end");
    }
    position += Character.charCount(character);
    return character;
  }

  /** Skips a text if it comes next; returns whether it did. */
  boolean skip(String text) {
    boolean found = startsWith(text);
    position += found ? text.length() : 0;
    return found;
  }

  /** Reads a decimal number of at most 6 digits; returns -1 if there is no digit. */
  int number() {
    int start = position;
    while (position < pattern.length() && Character.digit(pattern.charAt(position), 10) >= 0) {
      position++;
    }
    if (position - start > 6) {
      position = start;
      throw error("have repetition counts of at most 6 digits", "a longer one");
    }
    return position == start ? -1 : Integer.parseInt(pattern.substring(start, position));
  }

  /** Reads hexadecimal digits. */
  int hex(int digits) {
    int start = position;
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        position = start;
        throw error("have " + digits + " hexadecimal digits here", "others");
      }
      value = 16 * value + digit;
      position++;
    }
    return value;
  }

  void back(int start) {
    position = start;
  }

  IllegalArgumentException error(String expectation, String got) {
    return new IllegalArgumentException(
        name + " must " + expectation + ", got " + got + " at character " + position);
  }

  IllegalArgumentException unsupported(String feature, String got) {
    return error("not contain " + feature + " (not supported)", got);
  }
}
