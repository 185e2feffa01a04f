package io.troupe.rollout.constraint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.text.TextLanguages;
import io.troupe.rollout.constraint.validation.JsonTexts;
import io.troupe.rollout.constraint.validation.SchemaValidator;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON texts of the values that a schema allows (JSON Schema 2020-12).
 *
 * <p>Supported: {@code type}, {@code enum}, {@code const}, {@code properties}, {@code required},
 * {@code additionalProperties}, {@code items}, {@code prefixItems}, {@code minItems}, {@code
 * maxItems}, {@code minLength}, {@code maxLength}, {@code pattern}, {@code format} (those of {@link
 * StringFormats}), {@code minimum}, {@code maximum}, {@code exclusiveMinimum}, {@code
 * exclusiveMaximum}, {@code multipleOf}, {@code anyOf}, {@code allOf}, {@code oneOf} of schemas
 * that exclude each other, {@code $ref} to a part of the schema, also recursively. Annotations such
 * as {@code title} have no effect; any other keyword is rejected by name.
 *
 * <p>The texts are a part of the valid ones:
 *
 * <ul>
 *   <li>Properties come in the order of the schema, then additional ones. They are only generated
 *       where the schema asks for them: {@code additionalProperties} is a schema or true, or an
 *       object has no {@code properties}.
 *   <li>White space and numbers are as in {@link JsonText}.
 *   <li>References are nested at most {@link References#MAX_DEPTH} times, and so are values of any
 *       type.
 *   <li>A part without {@code type} allows the types to which its keywords belong.
 * </ul>
 */
public final class SchemaLanguage {
  private static final String ANY_VALUE = "any value";

  private final JsonNode root;
  private final JsonText json;
  private final Languages languages;
  private final References references;
  private final InPlaceReferences inPlace;
  private final Effort effort = new Effort();
  private final SchemaMerge merge = new SchemaMerge();
  private final Map<JsonNode, List<JsonNode>> combinations = new IdentityHashMap<>();
  private final ObjectLanguage objects;
  private final ArrayLanguage arrays;
  private final ScalarLanguage scalars;

  private SchemaLanguage(JsonNode root, TextLanguages text) {
    this.root = root;
    this.inPlace = new InPlaceReferences(root);
    this.json = new JsonText(text);
    this.languages = text.languages();
    this.references = new References(languages);
    this.objects = new ObjectLanguage(json, this::language);
    this.arrays = new ArrayLanguage(json, this::language);
    this.scalars = new ScalarLanguage(json);
  }

  /** The language of a part of a schema. */
  @FunctionalInterface
  interface Parts {
    /**
     * The values that a part allows.
     *
     * @param at path of the part, for errors
     * @param depth what remains for references
     */
    Language language(JsonNode part, String at, int depth);
  }

  /**
   * The texts of a schema.
   *
   * @param schema JSON text of the schema
   * @return nothing if the schema allows no value that can be written
   * @throws IllegalArgumentException naming what is not supported
   */
  public static Language of(String schema, TextLanguages text) {
    return of(JsonTexts.parse(Keywords.NAME, schema), text);
  }

  /** The texts of any JSON object. */
  public static Language ofObjects(TextLanguages text) {
    return of(JsonNodeFactory.instance.objectNode().put("type", "object"), text);
  }

  private static Language of(JsonNode root, TextLanguages text) {
    SchemaLanguage language = new SchemaLanguage(root, text);
    language.references.resolve(depth -> language.language(root, "#", depth));
    language.effort.resolved();
    return language.language(root, "#", References.MAX_DEPTH);
  }

  private Language language(JsonNode part, String at, int depth) {
    return effort.build(at, () -> built(part, at, depth));
  }

  private Language built(JsonNode part, String at, int depth) {
    Keywords.check(part, at);
    if (part.isBoolean()) {
      return part.asBoolean() ? anyValue(depth) : languages.nothing();
    }
    for (String combining : List.of("$ref", "allOf", "anyOf", "oneOf")) {
      if (part.has(combining)) {
        return combined(combining, (ObjectNode) part, at, depth);
      }
    }
    if (part.has("const") || part.has("enum")) {
      return listed(part);
    }
    boolean isAnyValue =
        part.propertyStream().allMatch(entry -> Keywords.ANNOTATIONS.contains(entry.getKey()));
    return isAnyValue ? anyValue(depth) : typed(part, at, depth);
  }

  private Language combined(String keyword, ObjectNode part, String at, int depth) {
    String path = at + "/" + keyword;
    boolean isAlone =
        part.propertyStream()
            .map(Map.Entry::getKey)
            .allMatch(key -> key.equals(keyword) || Keywords.ANNOTATIONS.contains(key));
    if (keyword.equals("$ref") && isAlone) {
      String pointer = part.get(keyword).asText();
      JsonNode target = target(pointer, path);
      return references.to(pointer, depth, inside -> language(target, pointer, inside));
    }
    List<JsonNode> options = combinations.get(part);
    if (options == null) {
      options = combinations(keyword, part, path);
      combinations.put(part, options);
    }
    return any(options, path, depth);
  }

  /** The schemas without a keyword of which a value has to satisfy one. */
  private List<JsonNode> combinations(String keyword, ObjectNode part, String path) {
    ObjectNode rest = part.deepCopy();
    JsonNode value = rest.remove(keyword);
    rest.remove(Keywords.ANNOTATIONS);
    value.forEach(each -> Keywords.check(each, path));
    switch (keyword) {
      case "$ref" -> {
        return List.of(merge.merge(rest, target(value.asText(), path), path));
      }
      case "allOf" -> {
        JsonNode all = rest;
        for (JsonNode each : value) {
          all = merge.merge(all, each, path);
        }
        return List.of(all);
      }
      default -> {
        List<JsonNode> options = new ArrayList<>();
        for (JsonNode each : value) {
          options.add(rest.isEmpty() ? each : merge.merge(rest, each, path));
        }
        if (keyword.equals("oneOf")) {
          new Exclusion(this::target).check(options, path);
        }
        return options;
      }
    }
  }

  private Language any(List<JsonNode> options, String path, int depth) {
    List<Language> found = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      found.add(language(options.get(i), path + "/" + i, depth));
    }
    return languages.either(found);
  }

  private JsonNode target(String pointer, String path) {
    Keywords.require(
        pointer.equals("#") || pointer.startsWith("#/"),
        path,
        "a reference to a part of the schema, such as #/$defs/name",
        JsonNodeFactory.instance.textNode(pointer));
    JsonNode target = root.at(pointer.substring(1));
    if (target.isMissingNode()) {
      throw Keywords.error(path, "the path of a part of the schema", pointer);
    }
    inPlace.check(pointer, path);
    return target;
  }

  /** The values of {@code const} or {@code enum} that the other keywords allow. */
  private Language listed(JsonNode part) {
    SchemaValidator validator = new SchemaValidator(root, part);
    List<JsonNode> values = new ArrayList<>();
    if (part.has("const")) {
      values.add(part.get("const"));
    } else {
      part.get("enum").forEach(values::add);
    }
    return languages.either(
        values.stream()
            .filter(value -> validator.violation(value).isEmpty())
            .map(json::value)
            .toList());
  }

  private Language typed(JsonNode part, String at, int depth) {
    List<Language> options = new ArrayList<>();
    for (JsonType type : JsonType.of(part, at)) {
      options.add(
          switch (type) {
            case OBJECT ->
                objects.isAny(part) ? anyObject(depth) : objects.language(part, at, depth);
            case ARRAY -> arrays.language(part, at, depth);
            case STRING -> scalars.string(part, at);
            case NUMBER -> scalars.number(part, at);
            case INTEGER -> scalars.integer(part, at);
            case BOOLEAN -> languages.either(json.literal("true"), json.literal("false"));
            case NULL -> json.literal("null");
          });
    }
    return languages.either(options);
  }

  private Language anyValue(int depth) {
    return references.to(ANY_VALUE, depth + 1, this::anyValueInside);
  }

  private Language anyValueInside(int depth) {
    if (depth == 0) {
      return json.scalar();
    }
    Language items = json.separated(anyValue(depth - 1), 0, Languages.UNLIMITED);
    return languages.either(List.of(json.scalar(), json.array(items), anyObject(depth)));
  }

  /** Any object; the values in it are one level deeper. */
  private Language anyObject(int depth) {
    Language name = json.string(0, Languages.UNLIMITED);
    Language member = json.member(name, anyValue(depth - 1));
    return json.object(json.separated(member, 0, Languages.UNLIMITED));
  }

  /** Finds the schemas that references name. */
  @FunctionalInterface
  interface Targets {
    JsonNode target(String pointer, String path);
  }
}
