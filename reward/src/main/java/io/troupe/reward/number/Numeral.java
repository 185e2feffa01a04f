package io.troupe.reward.number;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * Digits with their thousands separators and decimal point, such as {@code 1,234.5}.
 *
 * @param digits the digits and the decimal point, without separators
 * @param endIndex the index after the last character
 */
record Numeral(String digits, int endIndex) {
  /** Longer numerals are not answers. */
  static final int MAX_DIGITS = 100;

  // A plain space is no separator here: "3 200" is more often two numbers than one.
  private static final List<String> SEPARATORS =
      List.of(",", "{,}", "\\,", ",\\!", "\\ ", "\\;", "{\\,}", "'", "\u00a0", "\u202f", "\u2009");
  private static final int GROUP = 3;

  /** Whether a numeral starts at an index. */
  static boolean startsAt(String text, int index) {
    return isDigit(text, index)
        || at(text, index) == '.'
            && isDigit(text, index + 1)
            && !Characters.endsOperand(at(text, index - 1));
  }

  /** Reads the numeral that starts at an index. */
  static Numeral read(String text, int start) {
    int end = digitsFrom(text, start);
    StringBuilder digits = new StringBuilder();
    append(digits, text, start, end);
    if (end > start && end - start <= GROUP && text.charAt(start) != '0') {
      String separator = separatorAt(text, end);
      while (!separator.isEmpty() && isGroup(text, end, separator)) {
        int group = end + separator.length();
        append(digits, text, group, group + GROUP);
        end = group + GROUP;
      }
    }
    if (at(text, end) == '.' && isDigit(text, end + 1)) {
      int decimals = digitsFrom(text, end + 1);
      append(digits, text, end, decimals);
      end = decimals;
    }
    return new Numeral(digits.toString(), end);
  }

  private static void append(StringBuilder digits, String text, int from, int to) {
    // The first character too many marks the numeral as too long; the others are not copied.
    int room = Math.max(0, MAX_DIGITS + 1 - digits.length());
    digits.append(text, from, Math.min(to, from + room));
  }

  private static String separatorAt(String text, int index) {
    return SEPARATORS.stream()
        .filter(separator -> isGroup(text, index, separator))
        .findFirst()
        .orElse("");
  }

  private static boolean isGroup(String text, int index, String separator) {
    int group = index + separator.length();
    return text.startsWith(separator, index)
        && isDigit(text, group)
        && isDigit(text, group + 1)
        && isDigit(text, group + 2)
        && !isDigit(text, group + GROUP);
  }

  /** Whether the numeral has more digits than an answer may have. */
  boolean isTooLong() {
    return digits.length() > MAX_DIGITS;
  }

  /** Whether there is no decimal point. */
  boolean isInteger() {
    return digits.indexOf('.') < 0;
  }

  /** The value, times a power of ten. */
  Optional<Rational> value(int powerOfTen) {
    return isTooLong()
        ? Optional.empty()
        : Rational.of(new BigDecimal(digits).scaleByPowerOfTen(powerOfTen));
  }

  private static int digitsFrom(String text, int start) {
    int index = start;
    while (isDigit(text, index)) {
      index++;
    }
    return index;
  }

  static boolean isDigit(String text, int index) {
    return Characters.isDigit(at(text, index));
  }

  /** The character at an index; -1 outside the text. */
  static int at(String text, int index) {
    return index >= 0 && index < text.length() ? text.charAt(index) : -1;
  }
}
