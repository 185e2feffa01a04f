package io.troupe.streams.http.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.serving.request.JsonFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The field {@code messages}, in the form that chat templates read. Parts of a message's text are
 * joined by line breaks, and arguments of calls become objects, as in vLLM.
 */
final class Messages {
  private static final String NAME = "messages";
  private static final int MAX_MESSAGES = 4096;
  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Messages() {}

  static List<Map<String, Object>> read(JsonFields fields) {
    JsonNode list =
        fields.node(NAME).orElseThrow(() -> fields.invalid(NAME, "a list of messages", "none"));
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_MESSAGES) {
      throw fields.invalid(
          NAME,
          "a list of 1 to " + MAX_MESSAGES + " messages",
          list.isArray() ? list.size() + " messages" : list.getNodeType());
    }
    List<Map<String, Object>> messages = new ArrayList<>(list.size());
    for (JsonNode message : list) {
      messages.add(message(fields.object(NAME + "[" + messages.size() + "]", message)));
    }
    return messages;
  }

  private static Map<String, Object> message(JsonFields fields) {
    Map<String, Object> message = new LinkedHashMap<>();
    String role =
        fields.text("role").orElseThrow(() -> fields.invalid("role", "one of " + ROLES, "none"));
    if (!ROLES.contains(role)) {
      throw fields.invalid("role", "one of " + ROLES, role);
    }
    message.put("role", role);
    Optional<List<Object>> calls = fields.node("tool_calls").map(list -> calls(fields, list));
    Optional<String> content = fields.node("content").map(value -> content(fields, value));
    if (content.isEmpty() && calls.isEmpty()) {
      throw fields.invalid("content", "a text or a list of texts", "none");
    }
    message.put("content", content.orElse(null));
    calls.ifPresent(list -> message.put("tool_calls", list));
    fields.text("name").ifPresent(name -> message.put("name", name));
    fields.text("tool_call_id").ifPresent(id -> message.put("tool_call_id", id));
    fields.requireNoOthers();
    return message;
  }

  private static String content(JsonFields fields, JsonNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    if (!value.isArray()) {
      throw fields.invalid("content", "a text or a list of texts", value.getNodeType());
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode part : value) {
      JsonFields inner = fields.object("content[" + texts.size() + "]", part);
      String type = inner.text("type").orElse("");
      if (!type.equals("text")) {
        throw inner.invalid("type", "text: the model reads no images, audio or files", type);
      }
      texts.add(inner.text("text").orElseThrow(() -> inner.invalid("text", "a text", "none")));
      inner.requireNoOthers();
    }
    return String.join("\n", texts);
  }

  private static List<Object> calls(JsonFields fields, JsonNode list) {
    if (!list.isArray()) {
      throw fields.invalid("tool_calls", "a list of calls", list.getNodeType());
    }
    List<Object> calls = new ArrayList<>();
    for (JsonNode call : list) {
      calls.add(call(fields.object("tool_calls[" + calls.size() + "]", call)));
    }
    return calls;
  }

  private static Map<String, Object> call(JsonFields fields) {
    Map<String, Object> call = new LinkedHashMap<>();
    fields.text("id").ifPresent(id -> call.put("id", id));
    String type = fields.text("type").orElse("function");
    if (!type.equals("function")) {
      throw fields.invalid("type", "function", type);
    }
    call.put("type", type);
    JsonFields function =
        fields
            .object("function")
            .orElseThrow(() -> fields.invalid("function", "an object", "none"));
    Map<String, Object> called = new LinkedHashMap<>();
    called.put(
        "name",
        function.text("name").orElseThrow(() -> function.invalid("name", "a text", "none")));
    called.put("arguments", arguments(function));
    function.requireNoOthers();
    call.put("function", called);
    fields.requireNoOthers();
    return call;
  }

  private static Object arguments(JsonFields function) {
    String text = function.text("arguments").orElse("{}");
    try {
      return JsonValues.of(JSON.readTree(text.isBlank() ? "{}" : text));
    } catch (JsonProcessingException e) {
      throw function.invalid("arguments", "JSON text", text);
    }
  }
}
