package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.regex.RegexAutomaton;
import io.troupe.rollout.constraint.text.CharacterSet;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The texts of strings and numbers. */
final class ScalarLanguage {
  private static final int MAX_FRACTION = 6;
  private static final int MAX_BOUND_FRACTION = 12;

  private final JsonText json;
  private final Languages languages;
  private final Map<JsonNode, Language> strings = new IdentityHashMap<>(); // with an automaton
  private final Map<JsonNode, Language> integers = new IdentityHashMap<>(); // multiples
  private final Map<JsonNode, Language> numbers = new IdentityHashMap<>(); // multiples

  ScalarLanguage(JsonText json) {
    this.json = json;
    this.languages = json.languages();
  }

  /**
   * The strings that a schema allows. With a pattern or a format, characters are written in their
   * shortest form.
   */
  Language string(JsonNode schema, String at) {
    int min = schema.path("minLength").asInt(0);
    int max = schema.path("maxLength").asInt(Languages.UNLIMITED);
    if (min > max) {
      return languages.nothing();
    }
    if (!schema.has("pattern") && !schema.has("format")) {
      return json.string(min, max);
    }
    Language known = strings.get(schema);
    if (known == null) {
      known = ofAutomaton(schema, min, max, at);
      strings.put(schema, known);
    }
    return known;
  }

  private Language ofAutomaton(JsonNode schema, int min, int max, String at) {
    List<Language> all = new ArrayList<>();
    if (schema.has("pattern")) {
      String name = Keywords.NAME + " at " + at + "/pattern";
      all.add(RegexAutomaton.containing(name, schema.get("pattern").asText(), languages, json));
    }
    if (schema.has("format")) {
      all.add(ofFormat(schema.get("format").asText(), at));
    }
    if (min > 0 || max < Languages.UNLIMITED) {
      all.add(languages.repeat(json.oneOf(CharacterSet.ALL), min, max));
    }
    return json.quoted(RegexAutomaton.common(Keywords.NAME + " at " + at, all, languages));
  }

  private Language ofFormat(String format, String at) {
    String pattern =
        StringFormats.pattern(format)
            .orElseThrow(
                () -> Keywords.error(at + "/format", "one of " + StringFormats.names(), format));
    return RegexAutomaton.containing(Keywords.NAME + " at " + at, pattern, languages, json);
  }

  /** The integers that a schema allows. */
  Language integer(JsonNode schema, String at) {
    return multiples(schema, at, hasBound(schema) ? range(schema, 0) : json.integer(), integers);
  }

  /** The numbers that a schema allows. */
  Language number(JsonNode schema, String at) {
    return multiples(
        schema, at, hasBound(schema) ? range(schema, fraction(schema)) : json.number(), numbers);
  }

  private static int fraction(JsonNode schema) {
    int fraction = MAX_FRACTION;
    for (String keyword : Keywords.BOUNDS) {
      if (schema.has(keyword)) {
        int scale = schema.get(keyword).decimalValue().stripTrailingZeros().scale();
        fraction = Math.max(fraction, Math.min(scale + 1, MAX_BOUND_FRACTION));
      }
    }
    return fraction;
  }

  /** Those of some numbers that {@code multipleOf} allows. */
  private Language multiples(
      JsonNode schema, String at, Language bounded, Map<JsonNode, Language> known) {
    if (!schema.has("multipleOf") || bounded.isNothing()) {
      return bounded;
    }
    Language language = known.get(schema);
    if (language == null) {
      Language multiples = new Multiples(json, schema.get("multipleOf"), at).language();
      String name = Keywords.NAME + " at " + at + "/multipleOf";
      language = RegexAutomaton.common(name, List.of(bounded, multiples), languages);
      known.put(schema, language);
    }
    return language;
  }

  private static boolean hasBound(JsonNode schema) {
    return Keywords.BOUNDS.stream().anyMatch(schema::has);
  }

  private Language range(JsonNode schema, int fraction) {
    BigDecimal farthest = BigDecimal.TEN.pow(JsonText.MAX_DIGITS);
    for (String keyword : Keywords.BOUNDS) {
      if (schema.has(keyword)) { // at most 1e18
        farthest = farthest.max(schema.get(keyword).decimalValue().abs().multiply(BigDecimal.TEN));
      }
    }
    BigDecimal low = farthest.negate();
    boolean excludeLow = true;
    BigDecimal high = farthest;
    boolean excludeHigh = true;
    if (schema.has("minimum")) {
      low = schema.get("minimum").decimalValue();
      excludeLow = false;
    }
    if (schema.has("exclusiveMinimum")
        && schema.get("exclusiveMinimum").decimalValue().compareTo(low) >= 0) {
      low = schema.get("exclusiveMinimum").decimalValue();
      excludeLow = true;
    }
    if (schema.has("maximum")) {
      high = schema.get("maximum").decimalValue();
      excludeHigh = false;
    }
    if (schema.has("exclusiveMaximum")
        && schema.get("exclusiveMaximum").decimalValue().compareTo(high) <= 0) {
      high = schema.get("exclusiveMaximum").decimalValue();
      excludeHigh = true;
    }
    return new DecimalRange(json).language(low, excludeLow, high, excludeHigh, fraction);
  }
}
