package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.text.CharacterSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The texts of objects with declared properties. */
final class ObjectLanguage {
  private static final int MAX_PROPERTIES = 500;
  private static final int MAX_NAME_LENGTH = 256;

  private final JsonText json;
  private final Languages languages;
  private final SchemaLanguage.Parts parts;

  ObjectLanguage(JsonText json, SchemaLanguage.Parts parts) {
    this.json = json;
    this.languages = json.languages();
    this.parts = parts;
  }

  /** Whether a schema says nothing about properties. */
  boolean isAny(JsonNode schema) {
    return !schema.has("properties")
        && schema.path("required").isEmpty()
        && (!schema.has("additionalProperties")
            || (schema.get("additionalProperties").isBoolean()
                && schema.get("additionalProperties").asBoolean()));
  }

  /** The objects that a schema allows. */
  Language language(JsonNode schema, String at, int depth) {
    Set<String> required = new LinkedHashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    Map<String, JsonNode> declared = declared(schema, required, at);
    JsonNode others = schema.get("additionalProperties");
    if (others == null) {
      others = BooleanNode.valueOf(!schema.has("properties"));
    }
    Language additional = languages.nothing();
    if (!others.isBoolean() || others.asBoolean()) {
      additional =
          json.member(
              nameOutside(declared.keySet()),
              parts.language(others, at + "/additionalProperties", depth));
    }
    return json.object(members(declared, required, additional, at, depth));
  }

  /** The declared properties in order, then those that are only required. */
  private static Map<String, JsonNode> declared(JsonNode schema, Set<String> required, String at) {
    Map<String, JsonNode> declared = new LinkedHashMap<>();
    schema.path("properties").properties().forEach(p -> declared.put(p.getKey(), p.getValue()));
    JsonNode others = schema.path("additionalProperties");
    for (String name : required) {
      declared.putIfAbsent(name, others.isMissingNode() ? BooleanNode.TRUE : others);
    }
    if (declared.size() > MAX_PROPERTIES) {
      throw Keywords.error(
          at, "an object with at most " + MAX_PROPERTIES + " properties", declared.size() + "");
    }
    for (String name : declared.keySet()) {
      if (name.length() > MAX_NAME_LENGTH) {
        throw Keywords.error(
            at, "an object whose names have at most " + MAX_NAME_LENGTH + " characters", name);
      }
    }
    return declared;
  }

  private Language members(
      Map<String, JsonNode> declared,
      Set<String> required,
      Language additional,
      String at,
      int depth) {
    Language next = languages.sequence(json.comma, additional);
    Language others = languages.repeat(next, 0, Languages.UNLIMITED);
    Language asFirst = languages.optional(languages.sequence(additional, others));
    Language asNext = others; // the members from here on, after another member
    List<Map.Entry<String, JsonNode>> properties = new ArrayList<>(declared.entrySet());
    for (Map.Entry<String, JsonNode> property : properties.reversed()) {
      String name = property.getKey();
      Language value = parts.language(property.getValue(), at + "/properties/" + name, depth);
      Language member = languages.sequence(json.member(json.string(name), value), asNext);
      boolean isRequired = required.contains(name);
      asFirst = isRequired ? member : languages.either(member, asFirst);
      Language withComma = languages.sequence(json.comma, member);
      asNext = isRequired ? withComma : languages.either(withComma, asNext);
    }
    return asFirst;
  }

  /**
   * The names that are not declared. They are written without escapes, so that no declared name is
   * written in another way.
   */
  private Language nameOutside(Set<String> declared) {
    List<int[]> names =
        declared.stream()
            .map(name -> name.codePoints().toArray())
            .filter(name -> Arrays.stream(name).allMatch(JsonText::isUnescaped))
            .toList();
    return json.quoted(restOutside(names, 0));
  }

  /**
   * The rests of names that differ from all given ones.
   *
   * @param names those that begin like the name so far
   */
  private Language restOutside(List<int[]> names, int position) {
    Map<Integer, List<int[]>> byNext = new LinkedHashMap<>();
    boolean endsHere = false;
    for (int[] name : names) {
      if (name.length == position) {
        endsHere = true;
      } else {
        byNext.computeIfAbsent(name[position], _ -> new ArrayList<>()).add(name);
      }
    }
    List<Language> options = new ArrayList<>();
    CharacterSet others = CharacterSet.ALL;
    for (Map.Entry<Integer, List<int[]>> entry : byNext.entrySet()) {
      CharacterSet next = CharacterSet.of(entry.getKey());
      others = others.without(next);
      options.add(
          languages.sequence(json.unescaped(next), restOutside(entry.getValue(), position + 1)));
    }
    Language anything = languages.repeat(json.unescaped(CharacterSet.ALL), 0, Languages.UNLIMITED);
    options.add(languages.sequence(json.unescaped(others), anything));
    if (!endsHere) {
      options.add(languages.end());
    }
    return languages.either(options);
  }
}
