package io.troupe.reward.number;

import java.util.Optional;

/**
 * An integer exponent, written {@code ^3}, {@code ^{-3}} or with raised digits.
 *
 * @param value the exponent; larger ones than {@value #MAX_VALUE} are given as {@value #MAX_VALUE},
 *     of which every power is too large
 * @param endIndex the index after the last character
 */
record Exponent(int value, int endIndex) {
  /** The largest exponent that is read exactly. */
  static final int MAX_VALUE = 100_000;

  private static final int MAX_DIGITS = 5;

  /** The exponent after a base that ends at an index. */
  static Optional<Exponent> read(String text, int index) {
    if (Numeral.at(text, index) != '^') {
      return raised(text, index);
    }
    boolean isBraced = Numeral.at(text, index + 1) == '{';
    Optional<Exponent> exponent = signed(text, index + (isBraced ? 2 : 1));
    return isBraced
        ? exponent
            .filter(e -> Numeral.at(text, e.endIndex) == '}')
            .map(e -> new Exponent(e.value, e.endIndex + 1))
        : exponent;
  }

  /** The digits with an optional sign that start at an index. */
  static Optional<Exponent> signed(String text, int index) {
    int sign = Numeral.at(text, index);
    boolean isSigned = sign == '+' || Characters.isMinus(sign);
    int start = isSigned ? index + 1 : index;
    int end = start;
    while (Numeral.isDigit(text, end)) {
      end++;
    }
    return of(text.substring(start, Math.min(end, start + MAX_DIGITS + 1)), sign, end);
  }

  private static Optional<Exponent> raised(String text, int index) {
    StringBuilder digits = new StringBuilder();
    int sign = Characters.superscript(Numeral.at(text, index));
    int end = sign == '-' ? index + 1 : index;
    for (int c = Characters.superscript(Numeral.at(text, end));
        Characters.isDigit(c);
        c = Characters.superscript(Numeral.at(text, end))) {
      if (digits.length() <= MAX_DIGITS) {
        digits.append((char) c);
      }
      end++;
    }
    return of(digits.toString(), sign, end);
  }

  private static Optional<Exponent> of(String digits, int sign, int end) {
    if (digits.isEmpty()) {
      return Optional.empty();
    }
    int value =
        digits.length() > MAX_DIGITS ? MAX_VALUE : Math.min(Integer.parseInt(digits), MAX_VALUE);
    return Optional.of(new Exponent(Characters.isMinus(sign) ? -value : value, end));
  }
}
