package io.troupe.streams.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.serving.request.JsonFields;
import io.troupe.streams.http.tools.ToolUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}.
 *
 * @param rendered the functions as the chat template reads them; empty if the model must not call
 *     any
 * @param use which functions the model may or must call
 * @param constraint of the output, if a call is required
 */
record ToolFields(
    List<Map<String, Object>> rendered, ToolUse use, Optional<OutputConstraint> constraint) {
  private static final int MAX_TOOLS = 128;
  private static final ObjectMapper JSON = new ObjectMapper();

  static ToolFields read(JsonFields fields) {
    Map<String, JsonNode> functions = new LinkedHashMap<>(); // parameters by name
    List<Map<String, Object>> rendered = new ArrayList<>();
    fields.node("tools").ifPresent(list -> tools(fields, list, functions, rendered));
    Optional<JsonNode> choice = fields.node("tool_choice");
    if (!fields.flag("parallel_tool_calls").orElse(true)) {
      throw fields.invalid("parallel_tool_calls", "true or absent", false);
    }
    ToolUse use = use(fields, choice, functions);
    return switch (use) {
      case ToolUse.None none -> new ToolFields(List.of(), none, Optional.empty());
      case ToolUse.Auto auto -> new ToolFields(rendered, auto, Optional.empty());
      case ToolUse.Required required ->
          new ToolFields(rendered, required, Optional.of(listOfCalls(functions)));
      case ToolUse.Named named ->
          new ToolFields(
              rendered,
              named,
              Optional.of(new OutputConstraint.JsonSchema(functions.get(named.name()).toString())));
    };
  }

  private static void tools(
      JsonFields fields,
      JsonNode list,
      Map<String, JsonNode> functions,
      List<Map<String, Object>> rendered) {
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_TOOLS) {
      throw fields.invalid(
          "tools",
          "a list of 1 to " + MAX_TOOLS + " tools",
          list.isArray() ? list.size() + " tools" : list.getNodeType());
    }
    for (JsonNode tool : list) {
      JsonFields inner = fields.object("tools[" + rendered.size() + "]", tool);
      String type = inner.text("type").orElse("");
      if (!type.equals("function")) {
        throw inner.invalid("type", "function", type);
      }
      JsonFields function =
          inner
              .object("function")
              .orElseThrow(() -> inner.invalid("function", "an object", "none"));
      inner.requireNoOthers();
      String name =
          function.text("name").orElseThrow(() -> function.invalid("name", "a text", "none"));
      function.text("description");
      function.flag("strict");
      JsonNode parameters = function.node("parameters").orElseGet(ToolFields::noParameters);
      function.object("parameters", parameters);
      function.requireNoOthers();
      functions.put(name, parameters);
      rendered.add(JsonValues.object(tool));
    }
  }

  private static ObjectNode noParameters() {
    ObjectNode parameters = JSON.createObjectNode();
    parameters.put("type", "object");
    parameters.putObject("properties");
    return parameters;
  }

  private static ToolUse use(
      JsonFields fields, Optional<JsonNode> choice, Map<String, JsonNode> functions) {
    if (choice.isEmpty()) {
      return functions.isEmpty() ? new ToolUse.None() : new ToolUse.Auto();
    }
    if (functions.isEmpty() && !choice.get().asText().equals("none")) {
      throw fields.invalid("tool_choice", "absent or none without tools", choice.get());
    }
    if (choice.get().isTextual()) {
      return switch (choice.get().textValue()) {
        case "none" -> new ToolUse.None();
        case "auto" -> new ToolUse.Auto();
        case "required" -> new ToolUse.Required();
        default ->
            throw fields.invalid("tool_choice", "none, auto, required or a function", choice.get());
      };
    }
    return named(fields.object("tool_choice", choice.get()), functions);
  }

  private static ToolUse named(JsonFields choice, Map<String, JsonNode> functions) {
    String type = choice.text("type").orElse("");
    if (!type.equals("function")) {
      throw choice.invalid("type", "function", type);
    }
    JsonFields function =
        choice
            .object("function")
            .orElseThrow(() -> choice.invalid("function", "an object", "none"));
    choice.requireNoOthers();
    String name = function.text("name").orElse("");
    function.requireNoOthers();
    if (!functions.containsKey(name)) {
      throw function.invalid("name", "one of " + functions.keySet(), name);
    }
    return new ToolUse.Named(name);
  }

  /** The schema of a list of at least one call. */
  private static OutputConstraint listOfCalls(Map<String, JsonNode> functions) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("type", "array");
    schema.put("minItems", 1);
    ArrayNode calls = schema.putObject("items").putArray("anyOf");
    functions.forEach(
        (name, parameters) -> {
          ObjectNode call = calls.addObject();
          call.put("type", "object");
          ObjectNode properties = call.putObject("properties");
          properties.putObject("name").putArray("enum").add(name);
          properties.set("parameters", parameters);
          call.putArray("required").add("name").add("parameters");
          call.put("additionalProperties", false);
        });
    return new OutputConstraint.JsonSchema(schema.toString());
  }
}
