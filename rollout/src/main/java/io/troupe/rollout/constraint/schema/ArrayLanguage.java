package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;

/** The texts of arrays. */
final class ArrayLanguage {
  private final JsonText json;
  private final Languages languages;
  private final SchemaLanguage.Parts parts;

  ArrayLanguage(JsonText json, SchemaLanguage.Parts parts) {
    this.json = json;
    this.languages = json.languages();
    this.parts = parts;
  }

  /** The arrays that a schema allows. */
  Language language(JsonNode schema, String at, int depth) {
    JsonNode prefix = schema.path("prefixItems");
    int min = schema.path("minItems").asInt(0);
    int max = schema.path("maxItems").asInt(Languages.UNLIMITED);
    JsonNode ofItems = schema.has("items") ? schema.get("items") : BooleanNode.TRUE;
    boolean isAnyValue = ofItems.isBoolean() && ofItems.asBoolean();
    Language item = parts.language(ofItems, at + "/items", isAnyValue ? depth - 1 : depth);
    if (min > max) {
      return languages.nothing();
    }
    if (prefix.isEmpty()) {
      return json.array(json.separated(item, min, max));
    }
    int size = Math.min(prefix.size(), max);
    Language items =
        languages.repeat(
            languages.sequence(json.comma, item),
            Math.max(0, min - size),
            max == Languages.UNLIMITED ? max : max - size);
    for (int i = size - 1; i >= 0; i--) {
      Language one = parts.language(prefix.get(i), at + "/prefixItems/" + i, depth);
      Language some = languages.sequence(i == 0 ? languages.end() : json.comma, one);
      items = languages.sequence(some, items);
      items = i < min ? items : languages.optional(items);
    }
    return json.array(items);
  }
}
