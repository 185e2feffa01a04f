package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The decimal numbers that are multiples of a factor, with any number of digits before the point.
 *
 * <p>With a factor of k units of {@code 10^-s}, the state of the automaton is the remainder modulo
 * k of the digits so far, and the number of digits after the point, which is at most s.
 */
final class Multiples {
  private static final int MAX_FACTOR = 1000;
  private static final int MAX_FRACTION = 6;

  private final JsonText json;
  private final Languages languages;
  private final int factor;
  private final int fraction;
  private final Map<List<Integer>, Language> afterPoint = new HashMap<>();

  /**
   * The multiples of a number.
   *
   * @throws IllegalArgumentException if an automaton for it would have too many states
   */
  Multiples(JsonText json, JsonNode multipleOf, String at) {
    this.json = json;
    this.languages = json.languages();
    BigDecimal value = multipleOf.decimalValue().stripTrailingZeros();
    this.fraction = Math.max(0, value.scale());
    BigDecimal units = value.scaleByPowerOfTen(fraction);
    if (fraction > MAX_FRACTION || units.compareTo(BigDecimal.valueOf(MAX_FACTOR)) > 0) {
      throw Keywords.error(
          at + "/multipleOf",
          "at most "
              + MAX_FACTOR
              + " without its decimal point, and have at most "
              + MAX_FRACTION
              + " decimals",
          multipleOf.toString());
    }
    this.factor = units.intValueExact();
  }

  Language language() {
    List<Language> options = new ArrayList<>();
    options.add(languages.sequence(json.literal("0"), afterZero()));
    for (int digit = 1; digit <= 9; digit++) {
      options.add(languages.sequence(json.digit(digit, digit), afterDigits(digit % factor)));
    }
    return languages.sequence(languages.optional(json.literal("-")), languages.either(options));
  }

  private Language afterZero() {
    return languages.optional(languages.sequence(json.literal("."), afterPoint(0, 0)));
  }

  /** What may follow digits before the point with a remainder. */
  private Language afterDigits(int remainder) {
    Language more = languages.reference(List.of(this, remainder), () -> moreDigits(remainder));
    return isMultiple(remainder, 0) ? languages.optional(more) : more;
  }

  private Language moreDigits(int remainder) {
    List<Language> options = new ArrayList<>();
    options.add(languages.sequence(json.literal("."), afterPoint(remainder, 0)));
    for (int digit = 0; digit <= 9; digit++) {
      Language rest = afterDigits((10 * remainder + digit) % factor);
      options.add(languages.sequence(json.digit(digit, digit), rest));
    }
    return languages.either(options);
  }

  /** What may follow a number of digits after the point; the first one must follow. */
  private Language afterPoint(int remainder, int numDigits) {
    Language known = afterPoint.get(List.of(remainder, numDigits));
    if (known == null) {
      known = decimals(remainder, numDigits);
      afterPoint.put(List.of(remainder, numDigits), known);
    }
    return known;
  }

  private Language decimals(int remainder, int numDigits) {
    List<Language> options = new ArrayList<>();
    if (numDigits > 0 && isMultiple(remainder, numDigits)) {
      options.add(languages.end());
    }
    for (int digit = 0; digit <= 9 && numDigits < fraction; digit++) {
      Language rest = afterPoint((10 * remainder + digit) % factor, numDigits + 1);
      options.add(languages.sequence(json.digit(digit, digit), rest));
    }
    return languages.either(options);
  }

  private boolean isMultiple(int remainder, int numDigits) {
    long units = remainder;
    for (int i = numDigits; i < fraction; i++) {
      units *= 10;
    }
    return units % factor == 0;
  }
}
