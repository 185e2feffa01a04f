package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Combines two schemas into one that allows the values that both allow. */
final class SchemaMerge {
  private static final int MAX_MERGES = 500;

  private int numMerges;

  /** One schema for the values that both schemas allow. */
  JsonNode merge(JsonNode one, JsonNode other, String at) {
    if (++numMerges > MAX_MERGES) {
      throw Keywords.error(
          at,
          "simpler: allOf, anyOf, oneOf and $ref with other keywords combine at most "
              + MAX_MERGES
              + " schemas",
          "more");
    }
    Keywords.check(other, at);
    if (one.isBoolean() || other.isBoolean()) {
      JsonNode decisive = one.isBoolean() ? one : other;
      JsonNode rest = one.isBoolean() ? other : one;
      return decisive.asBoolean() ? rest : BooleanNode.FALSE;
    }
    ObjectNode merged = ((ObjectNode) one).deepCopy();
    for (Map.Entry<String, JsonNode> entry : other.properties()) {
      String keyword = entry.getKey();
      if (Keywords.OF_OBJECTS.contains(keyword) && !keyword.equals("required")) {
        continue; // they depend on each other
      }
      JsonNode mine = merged.get(keyword);
      if (mine == null || Keywords.ANNOTATIONS.contains(keyword)) {
        merged.set(keyword, mine == null ? entry.getValue() : mine);
      } else {
        merge(merged, keyword, mine, entry.getValue(), at);
      }
    }
    mergeProperties(merged, one, other);
    requireSamePositions(one, other, at);
    return merged;
  }

  /** {@code items} of one schema would apply to the positions that the other lists. */
  private static void requireSamePositions(JsonNode one, JsonNode other, String at) {
    boolean differs =
        (one.has("prefixItems") && !other.has("prefixItems") && other.has("items"))
            || (other.has("prefixItems") && !one.has("prefixItems") && one.has("items"));
    if (differs) {
      throw Keywords.error(
          at, "schemas with the same prefixItems if they are combined and have items", "others");
    }
  }

  private void merge(ObjectNode merged, String keyword, JsonNode mine, JsonNode theirs, String at) {
    switch (keyword) {
      case "type" -> merged.set(keyword, commonTypes(mine, theirs, at));
      case "required" -> merged.set(keyword, union(mine, theirs));
      case "enum" -> merged.set(keyword, intersection(mine, theirs));
      case "minimum", "exclusiveMinimum", "minLength", "minItems" ->
          merged.set(keyword, isLess(mine, theirs) ? theirs : mine);
      case "maximum", "exclusiveMaximum", "maxLength", "maxItems" ->
          merged.set(keyword, isLess(mine, theirs) ? mine : theirs);
      case "$ref", "allOf", "anyOf", "oneOf", "items", "const" -> {
        if (!mine.equals(theirs)) {
          addPart(merged, keyword, mine, theirs);
        }
      }
      default -> {
        if (!mine.equals(theirs)) {
          throw Keywords.error(
              at + "/" + keyword, "the same in all schemas that are combined", theirs.toString());
        }
      }
    }
  }

  private static boolean isLess(JsonNode one, JsonNode other) {
    return one.decimalValue().compareTo(other.decimalValue()) < 0;
  }

  /** Keywords that restrict the same value twice. */
  private static void addPart(ObjectNode merged, String keyword, JsonNode mine, JsonNode theirs) {
    switch (keyword) {
      case "items" -> merged.set(keyword, both(mine, theirs));
      case "const" -> merged.set("enum", JsonNodeFactory.instance.arrayNode());
      case "allOf" -> ((ArrayNode) merged.get(keyword)).addAll((ArrayNode) theirs);
      default -> {
        ObjectNode part = JsonNodeFactory.instance.objectNode();
        part.set(keyword, theirs);
        merged.withArray("/allOf").add(part);
      }
    }
  }

  private static JsonNode both(JsonNode one, JsonNode other) {
    ObjectNode both = JsonNodeFactory.instance.objectNode();
    both.putArray("allOf").add(one).add(other);
    return both;
  }

  private static JsonNode commonTypes(JsonNode mine, JsonNode theirs, String at) {
    EnumSet<JsonType> one = JsonType.of(typed(mine), at);
    EnumSet<JsonType> other = JsonType.of(typed(theirs), at);
    EnumSet<JsonType> common = EnumSet.copyOf(one);
    common.retainAll(other);
    boolean integers =
        (one.contains(JsonType.INTEGER) && other.contains(JsonType.NUMBER))
            || (other.contains(JsonType.INTEGER) && one.contains(JsonType.NUMBER));
    if (integers && !common.contains(JsonType.NUMBER)) {
      common.add(JsonType.INTEGER);
    }
    ArrayNode types = JsonNodeFactory.instance.arrayNode();
    common.forEach(type -> types.add(type.schemaName()));
    return types;
  }

  private static JsonNode typed(JsonNode type) {
    ObjectNode part = JsonNodeFactory.instance.objectNode();
    part.set("type", type);
    return part;
  }

  private static JsonNode union(JsonNode mine, JsonNode theirs) {
    Set<JsonNode> values = new LinkedHashSet<>();
    mine.forEach(values::add);
    theirs.forEach(values::add);
    return JsonNodeFactory.instance.arrayNode().addAll(values);
  }

  private static JsonNode intersection(JsonNode mine, JsonNode theirs) {
    Set<JsonNode> values = new LinkedHashSet<>();
    mine.forEach(values::add);
    Set<JsonNode> others = new LinkedHashSet<>();
    theirs.forEach(others::add);
    values.retainAll(others);
    return JsonNodeFactory.instance.arrayNode().addAll(values);
  }

  /**
   * A property that one schema names and the other does not is an additional property of the other.
   */
  private static void mergeProperties(ObjectNode merged, JsonNode one, JsonNode other) {
    JsonNode mine = one.path("properties");
    JsonNode theirs = other.path("properties");
    JsonNode myOthers = one.get("additionalProperties");
    JsonNode theirOthers = other.get("additionalProperties");
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    mine.properties()
        .forEach(
            entry -> {
              JsonNode second =
                  theirs.has(entry.getKey()) ? theirs.get(entry.getKey()) : theirOthers;
              properties.set(
                  entry.getKey(),
                  second == null ? entry.getValue() : both(entry.getValue(), second));
            });
    theirs
        .properties()
        .forEach(
            entry -> {
              if (!mine.has(entry.getKey())) {
                properties.set(
                    entry.getKey(),
                    myOthers == null ? entry.getValue() : both(entry.getValue(), myOthers));
              }
            });
    if (one.has("properties") || other.has("properties")) {
      merged.set("properties", properties);
    }
    if (myOthers != null && theirOthers != null) {
      merged.set("additionalProperties", both(myOthers, theirOthers));
    } else if (theirOthers != null) {
      merged.set("additionalProperties", theirOthers);
    }
  }
}
