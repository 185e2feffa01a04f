package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Rejects schemas that refer to themselves for the same value, such as an alternative of itself:
 * validation would not end. References to properties and items are nested and may be recursive.
 */
final class InPlaceReferences {
  private final JsonNode root;
  private final Set<String> checked = new HashSet<>();

  InPlaceReferences(JsonNode root) {
    this.root = root;
  }

  /**
   * Checks a reference.
   *
   * @throws IllegalArgumentException if it leads to itself
   */
  void check(String pointer, String path) {
    follow(pointer, path, new LinkedHashSet<>());
  }

  private void follow(String pointer, String path, Set<String> open) {
    if (open.contains(pointer)) {
      throw Keywords.error(
          path, "a reference that does not lead to itself for the same value", pointer);
    }
    if (open.size() == References.MAX_DEPTH) {
      throw Keywords.error(
          path, "one of at most " + References.MAX_DEPTH + " references in a row", "more");
    }
    if (checked.contains(pointer) || !pointer.startsWith("#")) {
      return;
    }
    open.add(pointer);
    followAll(root.at(pointer.substring(1)), path, open);
    open.remove(pointer);
    checked.add(pointer);
  }

  private void followAll(JsonNode part, String path, Set<String> open) {
    if (part.path("$ref").isTextual()) {
      follow(part.get("$ref").asText(), path, open);
    }
    for (String combining : new String[] {"allOf", "anyOf", "oneOf"}) {
      for (JsonNode each : part.path(combining)) {
        followAll(each, path, open);
      }
    }
  }
}
