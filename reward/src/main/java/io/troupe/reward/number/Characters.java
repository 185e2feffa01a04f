package io.troupe.reward.number;

import java.math.BigInteger;
import java.text.Normalizer;
import java.util.Optional;

/** Classes of characters around numbers. */
final class Characters {
  private static final String CURRENCIES = "$\u20ac\u00a3\u00a5\u20b9";
  private static final String SUPERSCRIPTS =
      "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
  private static final char SUPERSCRIPT_MINUS = '\u207b';
  private static final char PI = '\u03c0'; // a factor of a number, and no part of a word
  private static final char FRACTION_SLASH = '\u2044';

  private Characters() {}

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /**
   * Whether a character is a letter of a script that separates words by spaces. Digits next to such
   * a letter belong to its word; digits next to a Chinese character do not.
   */
  static boolean isLetter(int c) {
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER ->
          c != PI;
      default -> false;
    };
  }

  static boolean isWord(int c) {
    return isDigit(c) || isLetter(c) || c == '_';
  }

  static boolean isMinus(int c) {
    return c == '-' || c == '\u2212';
  }

  static boolean isCurrency(int c) {
    return c > 0 && CURRENCIES.indexOf(c) >= 0;
  }

  /** Whether a plus or minus after the character is an operator and no sign. */
  static boolean endsOperand(int c) {
    return isWord(c) || c == PI || c == ')' || c == ']' || c == '}' || isMinus(c);
  }

  static boolean isSlash(int c) {
    return c == '/' || c == FRACTION_SLASH;
  }

  /** The digit of a superscript, {@code '-'} for a raised minus; -1 for other characters. */
  static int superscript(int c) {
    int digit = c < 0 ? -1 : SUPERSCRIPTS.indexOf(c);
    return c == SUPERSCRIPT_MINUS ? '-' : digit < 0 ? -1 : '0' + digit;
  }

  /** The value of a character such as one half. */
  static Optional<Rational> vulgarFraction(int c) {
    if (c != '\u00bc' && c != '\u00bd' && c != '\u00be' && (c < '\u2150' || c > '\u215e')) {
      return Optional.empty();
    }
    String[] parts =
        Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC)
            .split(String.valueOf(FRACTION_SLASH));
    return Optional.of(new Rational(new BigInteger(parts[0]), new BigInteger(parts[1])));
  }
}
