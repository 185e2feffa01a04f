package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether no value is valid under two of several schemas, so that the union of their
 * languages is the language of {@code oneOf}. Schemas exclude each other if their types or their
 * listed values differ, or those of a property that both require.
 */
final class Exclusion {
  private static final int MAX_REFERENCES = 16;

  private final SchemaLanguage.Targets targets;

  Exclusion(SchemaLanguage.Targets targets) {
    this.targets = targets;
  }

  /**
   * Checks the schemas of {@code oneOf}.
   *
   * @throws IllegalArgumentException if two may allow the same value
   */
  void check(List<JsonNode> options, String path) {
    for (int i = 0; i < options.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (!areExclusive(options.get(i), options.get(j), path, 0)) {
          throw Keywords.error(
              path,
              "schemas that exclude each other by type, enum or const, or by those of a required"
                  + " property; or use anyOf",
              "schemas " + j + " and " + i + ", which may allow the same value");
        }
      }
    }
  }

  private boolean areExclusive(JsonNode first, JsonNode second, String path, int depth) {
    JsonNode one = resolved(first, path);
    JsonNode other = resolved(second, path);
    Optional<Set<JsonNode>> values = values(one);
    Optional<Set<JsonNode>> otherValues = values(other);
    if (values.isPresent() && otherValues.isPresent()) {
      return Collections.disjoint(values.get(), otherValues.get());
    }
    EnumSet<JsonType> types = types(one, values, path);
    types.retainAll(types(other, otherValues, path));
    return types.isEmpty()
        || (types.equals(EnumSet.of(JsonType.OBJECT))
            && depth < 4
            && haveExclusiveProperty(one, other, path, depth));
  }

  private boolean haveExclusiveProperty(JsonNode one, JsonNode other, String path, int depth) {
    Set<String> required = required(one);
    required.retainAll(required(other));
    return required.stream()
        .anyMatch(
            name -> {
              JsonNode mine = one.path("properties").path(name);
              JsonNode theirs = other.path("properties").path(name);
              return mine.isObject()
                  && theirs.isObject()
                  && areExclusive(mine, theirs, path, depth + 1);
            });
  }

  private JsonNode resolved(JsonNode schema, String path) {
    JsonNode resolved = schema;
    for (int i = 0; i < MAX_REFERENCES && resolved.has("$ref"); i++) {
      resolved = targets.target(resolved.get("$ref").asText(), path);
    }
    return resolved;
  }

  private static Set<String> required(JsonNode schema) {
    Set<String> names = new HashSet<>();
    schema.path("required").forEach(name -> names.add(name.asText()));
    return names;
  }

  private static Optional<Set<JsonNode>> values(JsonNode schema) {
    if (schema.has("const")) {
      return Optional.of(Set.of(schema.get("const")));
    }
    if (!schema.has("enum")) {
      return Optional.empty();
    }
    Set<JsonNode> values = new HashSet<>();
    schema.get("enum").forEach(values::add);
    return Optional.of(values);
  }

  /** The types of a schema; an integer counts as a number. */
  private static EnumSet<JsonType> types(
      JsonNode schema, Optional<Set<JsonNode>> values, String path) {
    EnumSet<JsonType> types = EnumSet.noneOf(JsonType.class);
    if (schema.has("type")) {
      types.addAll(JsonType.of(schema, path));
    } else if (values.isPresent()) {
      values.get().forEach(value -> types.add(typeOf(value)));
    } else {
      types.addAll(EnumSet.allOf(JsonType.class)); // keywords restrict only values of their type
    }
    if (types.remove(JsonType.INTEGER)) {
      types.add(JsonType.NUMBER);
    }
    return types;
  }

  private static JsonType typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> JsonType.OBJECT;
      case ARRAY -> JsonType.ARRAY;
      case STRING -> JsonType.STRING;
      case NUMBER -> JsonType.NUMBER;
      case BOOLEAN -> JsonType.BOOLEAN;
      default -> JsonType.NULL;
    };
  }
}
