package io.troupe.rollout.constraint.schema;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * The decimal numbers in a range, written without exponent and with a limited number of digits
 * after the point.
 *
 * <p>Numbers with k digits after the point are integers in units of {@code 10^-k}; the digits of an
 * integer range are enumerated from the first to the last, and only the first digits that equal
 * those of a bound depend on it.
 */
final class DecimalRange {
  private final JsonText json;
  private final Languages languages;

  DecimalRange(JsonText json) {
    this.json = json;
    this.languages = json.languages();
  }

  /**
   * The numbers from {@code low} to {@code high} with at most so many digits after the point.
   *
   * @param low in any unit; excluded if {@code excludeLow}
   */
  Language language(
      BigDecimal low, boolean excludeLow, BigDecimal high, boolean excludeHigh, int maxFraction) {
    List<Language> options = new ArrayList<>();
    for (int fraction = 0; fraction <= maxFraction; fraction++) {
      BigDecimal lowUnits = low.scaleByPowerOfTen(fraction);
      BigDecimal highUnits = high.scaleByPowerOfTen(fraction);
      BigInteger from = lowUnits.setScale(0, RoundingMode.CEILING).toBigInteger();
      BigInteger to = highUnits.setScale(0, RoundingMode.FLOOR).toBigInteger();
      if (excludeLow && new BigDecimal(from).compareTo(lowUnits) == 0) {
        from = from.add(BigInteger.ONE);
      }
      if (excludeHigh && new BigDecimal(to).compareTo(highUnits) == 0) {
        to = to.subtract(BigInteger.ONE);
      }
      options.add(units(from, to, fraction));
    }
    return languages.either(options);
  }

  /** The numbers from {@code from} to {@code to} units. */
  private Language units(BigInteger from, BigInteger to, int fraction) {
    Language positive = positive(from.max(BigInteger.ZERO), to, fraction);
    Language negative = positive(to.negate().max(BigInteger.ONE), from.negate(), fraction);
    return languages.either(positive, languages.sequence(json.literal("-"), negative));
  }

  private Language positive(BigInteger from, BigInteger to, int fraction) {
    if (from.compareTo(to) > 0) {
      return languages.nothing();
    }
    List<Language> options = new ArrayList<>();
    int longest = Math.max(fraction + 1, to.toString().length());
    for (int length = fraction + 1; length <= longest; length++) {
      // digits before the point do not begin with 0, unless there is only one
      BigInteger smallest =
          length == fraction + 1 ? BigInteger.ZERO : BigInteger.TEN.pow(length - 1);
      BigInteger low = from.max(smallest);
      BigInteger high = to.min(BigInteger.TEN.pow(length).subtract(BigInteger.ONE));
      if (low.compareTo(high) <= 0) {
        options.add(new Digits(padded(low, length), padded(high, length), fraction).from(0));
      }
    }
    return languages.either(options);
  }

  private static String padded(BigInteger value, int length) {
    String digits = value.toString();
    return "0".repeat(length - digits.length()) + digits;
  }

  /** The texts with as many digits as both bounds, and a point before the last of them. */
  private final class Digits {
    private final String low;
    private final String high;
    private final int fraction;

    Digits(String low, String high, int fraction) {
      this.low = low;
      this.high = high;
      this.fraction = fraction;
    }

    /** The digits from a position on, where those before equal the digits of both bounds. */
    Language from(int position) {
      if (position == low.length()) {
        return languages.end();
      }
      int first = low.charAt(position) - '0';
      int last = high.charAt(position) - '0';
      if (first == last) {
        return digit(position, first, first, from(position + 1));
      }
      List<Language> options = new ArrayList<>();
      options.add(digit(position, first, first, above(position + 1)));
      options.add(digit(position, first + 1, last - 1, any(position + 1)));
      options.add(digit(position, last, last, below(position + 1)));
      return languages.either(options);
    }

    /** The digits where those before equal the digits of the lower bound alone. */
    private Language above(int position) {
      if (position == low.length()) {
        return languages.end();
      }
      int first = low.charAt(position) - '0';
      return languages.either(
          digit(position, first, first, above(position + 1)),
          digit(position, first + 1, 9, any(position + 1)));
    }

    /** The digits where those before equal the digits of the upper bound alone. */
    private Language below(int position) {
      if (position == high.length()) {
        return languages.end();
      }
      int last = high.charAt(position) - '0';
      return languages.either(
          digit(position, last, last, below(position + 1)),
          digit(position, 0, last - 1, any(position + 1)));
    }

    private Language any(int position) {
      Language rest = languages.end();
      for (int i = low.length() - 1; i >= position; i--) {
        rest = digit(i, 0, 9, rest);
      }
      return rest;
    }

    private Language digit(int position, int first, int last, Language rest) {
      if (first > last) {
        return languages.nothing();
      }
      Language digits = languages.sequence(json.digit(first, last), rest);
      boolean pointBefore = fraction > 0 && position == low.length() - fraction;
      return pointBefore ? languages.sequence(json.literal("."), digits) : digits;
    }
  }
}
