package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** The keywords of JSON Schema that are supported, and checks of their values. */
final class Keywords {
  static final String NAME = "json-schema";

  static final Set<String> OF_OBJECTS = Set.of("properties", "required", "additionalProperties");
  static final Set<String> OF_ARRAYS = Set.of("items", "prefixItems", "minItems", "maxItems");
  static final Set<String> OF_STRINGS = Set.of("minLength", "maxLength", "pattern", "format");
  static final Set<String> BOUNDS =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
  static final Set<String> OF_NUMBERS =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");
  static final Set<String> OF_ANY_TYPE =
      Set.of("type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf");

  /** Keywords that do not restrict a value. */
  static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "discriminator",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions");

  private Keywords() {}

  /**
   * Checks that a part of a schema is supported.
   *
   * @throws IllegalArgumentException naming the keyword that is not
   */
  static void check(JsonNode part, String at) {
    if (part.isBoolean()) {
      return;
    }
    require(part.isObject(), at, "an object or a boolean", part);
    part.properties().forEach(entry -> checkKeyword(entry.getKey(), entry.getValue(), at));
  }

  private static void checkKeyword(String keyword, JsonNode value, String at) {
    String path = at + "/" + keyword;
    switch (keyword) {
      case "properties" -> require(value.isObject(), path, "an object", value);
      case "required" -> requireTexts(value, path);
      case "enum", "prefixItems" -> require(value.isArray(), path, "an array", value);
      case "allOf", "anyOf", "oneOf" ->
          require(value.isArray() && !value.isEmpty(), path, "an array with schemas", value);
      case "minItems", "maxItems", "minLength", "maxLength" ->
          require(
              value.isIntegralNumber() && value.canConvertToInt() && value.asInt() >= 0,
              path,
              "an integer >= 0",
              value);
      case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
          require(
              value.isNumber() && Math.abs(value.asDouble()) <= 1e18,
              path,
              "a number in [-1e18, 1e18]",
              value);
      case "multipleOf" ->
          require(
              value.isNumber() && value.asDouble() > 0 && value.asDouble() <= 1e18,
              path,
              "a number in (0, 1e18]",
              value);
      case "pattern", "format", "$ref" -> require(value.isTextual(), path, "a string", value);
      default -> checkOther(keyword, value, path);
    }
  }

  private static void checkOther(String keyword, JsonNode value, String path) {
    boolean hasNoEffect = keyword.equals("uniqueItems") && value.isBoolean() && !value.asBoolean();
    if (!isSupported(keyword) && !hasNoEffect) {
      throw new IllegalArgumentException(
          NAME + " must not contain " + keyword + " (not supported), got it at " + path);
    }
  }

  private static boolean isSupported(String keyword) {
    return OF_ANY_TYPE.contains(keyword)
        || OF_OBJECTS.contains(keyword)
        || OF_ARRAYS.contains(keyword)
        || OF_STRINGS.contains(keyword)
        || OF_NUMBERS.contains(keyword)
        || ANNOTATIONS.contains(keyword);
  }

  private static void requireTexts(JsonNode value, String path) {
    boolean isTexts = value.isArray();
    for (JsonNode each : value) {
      isTexts &= each.isTextual();
    }
    require(isTexts, path, "an array of strings", value);
  }

  static void require(boolean holds, String path, String expectation, JsonNode got) {
    if (!holds) {
      throw error(path, expectation, got.toString());
    }
  }

  static IllegalArgumentException error(String path, String expectation, String got) {
    String shown = got.length() > 80 ? got.substring(0, 80) + "..." : got;
    return new IllegalArgumentException(
        NAME + " at " + path + " must be " + expectation + ", got " + shown);
  }
}
