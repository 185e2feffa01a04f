package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The types of JSON values. Every integer is a number. */
enum JsonType {
  OBJECT(Keywords.OF_OBJECTS),
  ARRAY(Keywords.OF_ARRAYS),
  STRING(Keywords.OF_STRINGS),
  NUMBER(Keywords.OF_NUMBERS),
  INTEGER(Keywords.OF_NUMBERS),
  BOOLEAN(Set.of()),
  NULL(Set.of());

  private final Set<String> keywords;

  JsonType(Set<String> keywords) {
    this.keywords = keywords;
  }

  /** The name in a schema. */
  String schemaName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The types that a part of a schema allows. Without {@code type} they are the types to which its
   * keywords belong, or all types: values of other types are valid too, but they are rarely meant.
   *
   * @param at the path of the part, for errors
   */
  static EnumSet<JsonType> of(JsonNode part, String at) {
    EnumSet<JsonType> types = EnumSet.noneOf(JsonType.class);
    if (part.has("type")) {
      JsonNode type = part.get("type");
      if (type.isArray()) {
        type.forEach(each -> types.add(named(each, at)));
      } else {
        types.add(named(type, at));
      }
      return types;
    }
    for (JsonType type : values()) {
      if (type != INTEGER && type.keywords.stream().anyMatch(part::has)) {
        types.add(type);
      }
    }
    return types.isEmpty() ? EnumSet.complementOf(EnumSet.of(INTEGER)) : types;
  }

  private static JsonType named(JsonNode name, String at) {
    return Arrays.stream(values())
        .filter(type -> name.isTextual() && type.schemaName().equals(name.asText()))
        .findFirst()
        .orElseThrow(
            () ->
                Keywords.error(
                    at + "/type",
                    "object, array, string, number, integer, boolean or null",
                    name.toString()));
  }
}
