package io.troupe.rollout.constraint.validation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import java.util.function.Function;

/** Reads JSON texts strictly: one value, numbers with all their digits. */
public final class JsonTexts {
  /** The maximum length of the text of a schema in characters. */
  public static final int MAX_SCHEMA_LENGTH = 64 * 1024;

  /** The maximum number of nested objects and arrays in the text of a schema. */
  public static final int MAX_SCHEMA_DEPTH = 64;

  /** The maximum number of nested objects and arrays in a text that is checked. */
  static final int MAX_TEXT_DEPTH = 200;

  private static final ObjectReader SCHEMAS = reader(MAX_SCHEMA_DEPTH);
  private static final ObjectReader TEXTS = reader(MAX_TEXT_DEPTH);

  private JsonTexts() {}

  private static ObjectReader reader(int maxDepth) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(maxDepth).build())
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build()
        .reader();
  }

  /**
   * Parses the text of a schema.
   *
   * @param name of the setting, for errors
   * @throws IllegalArgumentException if it is too long, too deep or not JSON
   */
  public static JsonNode parse(String name, String text) {
    if (text.length() > MAX_SCHEMA_LENGTH) {
      throw new IllegalArgumentException(
          name + " must have at most " + MAX_SCHEMA_LENGTH + " characters, got " + text.length());
    }
    try {
      return SCHEMAS.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          name + " must be JSON, got a text that is not: " + firstLine(e), e);
    }
  }

  /** Checks the value of a text; a text that is not JSON is a violation. */
  static Optional<String> read(String text, Function<JsonNode, Optional<String>> check) {
    JsonNode value;
    try {
      value = TEXTS.readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.of("text must be JSON, got another: " + firstLine(e));
    }
    return value.isMissingNode()
        ? Optional.of("text must be JSON, got an empty text")
        : check.apply(value);
  }

  private static String firstLine(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("");
  }
}
