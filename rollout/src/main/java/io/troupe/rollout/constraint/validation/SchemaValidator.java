package io.troupe.rollout.constraint.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Validates JSON values against the keywords of JSON Schema (2020-12) that constrained decoding
 * supports; other keywords are ignored. Immutable.
 */
public final class SchemaValidator {
  private static final int MAX_DEPTH = 600;

  private final JsonNode root;
  private final JsonNode schema;

  /** A validator for a whole schema. */
  public SchemaValidator(JsonNode schema) {
    this(schema, schema);
  }

  /**
   * A validator for a part of a schema.
   *
   * @param root the whole schema, in which references are found
   */
  public SchemaValidator(JsonNode root, JsonNode schema) {
    this.root = root;
    this.schema = schema;
  }

  /**
   * Finds the first violation of the schema.
   *
   * @return empty if the value is valid
   */
  public Optional<String> violation(JsonNode value) {
    List<String> found = new ArrayList<>();
    check(value, schema, "#", 0, found);
    return found.stream().findFirst();
  }

  private boolean isValid(JsonNode value, JsonNode part, int depth) {
    List<String> found = new ArrayList<>();
    check(value, part, "#", depth + 1, found);
    return found.isEmpty();
  }

  private void check(JsonNode value, JsonNode part, String at, int depth, List<String> found) {
    if (!found.isEmpty()) {
      return;
    }
    if (depth > MAX_DEPTH) {
      found.add(at + " must be nested less than " + MAX_DEPTH + " times, got more");
    } else if (part.isBoolean()) {
      require(part.asBoolean(), at, "absent", value, found);
    } else {
      checkReferences(value, part, at, depth, found);
      checkValue(value, part, at, found);
      if (value.isObject()) {
        checkObject(value, part, at, depth, found);
      } else if (value.isArray()) {
        checkArray(value, part, at, depth, found);
      }
    }
  }

  private void checkReferences(
      JsonNode value, JsonNode part, String at, int depth, List<String> found) {
    if (part.has("$ref")) {
      check(value, target(part.get("$ref").asText()), at, depth + 1, found);
    }
    for (JsonNode each : part.path("allOf")) {
      check(value, each, at, depth + 1, found);
    }
    if (part.has("anyOf")) {
      require(numValid(value, part.get("anyOf"), depth) > 0, at, "valid in anyOf", value, found);
    }
    if (part.has("oneOf")) {
      int valid = numValid(value, part.get("oneOf"), depth);
      require(valid == 1, at, "valid in exactly one schema of oneOf", value, found);
    }
  }

  private int numValid(JsonNode value, JsonNode options, int depth) {
    int valid = 0;
    for (JsonNode option : options) {
      valid += isValid(value, option, depth) ? 1 : 0;
    }
    return valid;
  }

  /**
   * The schema that a reference names.
   *
   * @throws IllegalArgumentException if there is none
   */
  private JsonNode target(String reference) {
    JsonNode target = reference.startsWith("#") ? root.at(reference.substring(1)) : null;
    if (target == null || target.isMissingNode()) {
      throw new IllegalArgumentException("$ref must name a part of the schema, got " + reference);
    }
    return target;
  }

  private static void checkValue(JsonNode value, JsonNode part, String at, List<String> found) {
    if (part.has("type")) {
      require(hasType(value, part.get("type")), at, "of type " + part.get("type"), value, found);
    }
    if (part.has("const")) {
      require(isEqual(value, part.get("const")), at, part.get("const").toString(), value, found);
    }
    if (part.has("enum")) {
      boolean isListed = false;
      for (JsonNode allowed : part.get("enum")) {
        isListed |= isEqual(value, allowed);
      }
      require(isListed, at, "one of " + part.get("enum"), value, found);
    }
    if (value.isTextual()) {
      checkText(value, part, at, found);
    } else if (value.isNumber()) {
      checkNumber(value, part, at, found);
    }
  }

  private static boolean hasType(JsonNode value, JsonNode type) {
    if (type.isArray()) {
      for (JsonNode each : type) {
        if (hasType(value, each)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "number" -> value.isNumber();
      case "integer" -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> false;
    };
  }

  /** Whether two values are equal; numbers are compared by value. */
  private static boolean isEqual(JsonNode one, JsonNode other) {
    return one.equals(
        (a, b) ->
            a.isNumber() && b.isNumber()
                ? a.decimalValue().compareTo(b.decimalValue())
                : a.equals(b) ? 0 : 1,
        other);
  }

  private static void checkText(JsonNode value, JsonNode part, String at, List<String> found) {
    String text = value.asText();
    int length = text.codePointCount(0, text.length());
    if (part.has("minLength")) {
      int min = part.get("minLength").asInt();
      require(length >= min, at, "at least " + min + " characters long", value, found);
    }
    if (part.has("maxLength")) {
      int max = part.get("maxLength").asInt();
      require(length <= max, at, "at most " + max + " characters long", value, found);
    }
    if (part.has("pattern")) {
      String pattern = part.get("pattern").asText();
      boolean matches = RegexTranslation.compile("pattern", pattern).matcher(text).find();
      require(matches, at, "a match of " + pattern, value, found);
    }
    if (part.has("format")) {
      String format = part.get("format").asText();
      require(TextFormats.isValid(format, text), at, "of format " + format, value, found);
    }
  }

  private static void checkNumber(JsonNode value, JsonNode part, String at, List<String> found) {
    BigDecimal number = value.decimalValue();
    for (Map.Entry<String, JsonNode> keyword : part.properties()) {
      if (!keyword.getValue().isNumber()) {
        continue;
      }
      int order = number.compareTo(keyword.getValue().decimalValue());
      boolean holds =
          switch (keyword.getKey()) {
            case "minimum" -> order >= 0;
            case "maximum" -> order <= 0;
            case "exclusiveMinimum" -> order > 0;
            case "exclusiveMaximum" -> order < 0;
            case "multipleOf" -> number.remainder(keyword.getValue().decimalValue()).signum() == 0;
            default -> true;
          };
      require(holds, at, keyword.getKey() + " " + keyword.getValue(), value, found);
    }
  }

  private void checkObject(
      JsonNode value, JsonNode part, String at, int depth, List<String> found) {
    for (JsonNode name : part.path("required")) {
      require(value.has(name.asText()), at, "an object with " + name, value, found);
    }
    JsonNode properties = part.path("properties");
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      String name = member.getKey();
      JsonNode ofMember = properties.get(name);
      if (ofMember == null) {
        ofMember = part.get("additionalProperties");
      }
      if (ofMember != null) {
        check(member.getValue(), ofMember, at + "/" + name, depth + 1, found);
      }
    }
  }

  private void checkArray(JsonNode value, JsonNode part, String at, int depth, List<String> found) {
    JsonNode prefix = part.path("prefixItems");
    for (int i = 0; i < value.size(); i++) {
      JsonNode ofItem = i < prefix.size() ? prefix.get(i) : part.get("items");
      if (ofItem != null) {
        check(value.get(i), ofItem, at + "/" + i, depth + 1, found);
      }
    }
    if (part.has("minItems")) {
      int min = part.get("minItems").asInt();
      require(value.size() >= min, at, "an array of at least " + min, value, found);
    }
    if (part.has("maxItems")) {
      int max = part.get("maxItems").asInt();
      require(value.size() <= max, at, "an array of at most " + max, value, found);
    }
  }

  private static void require(
      boolean holds, String at, String expectation, JsonNode value, List<String> found) {
    if (!holds && found.isEmpty()) {
      String text = value.toString();
      String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
      found.add(at + " must be " + expectation + ", got " + shown);
    }
  }
}
