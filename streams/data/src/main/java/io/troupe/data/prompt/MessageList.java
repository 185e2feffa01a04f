package io.troupe.data.prompt;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.Value;
import io.troupe.rollout.chat.Conversation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads lists of messages, such as {@code [{"role": "user", "content": "1+1?"}]}, and the column
 * {@code tools} beside them: a list of JSON schemas, or the JSON text of one, as in TRL.
 */
final class MessageList {
  private static final String TOOLS = "tools";
  private static final ObjectMapper JSON = new ObjectMapper();

  private MessageList() {}

  /** Returns whether a value is a list of messages: every item is a struct with a role. */
  static boolean isOne(Value value) {
    return value instanceof Value.Items(List<Value> items)
        && !items.isEmpty()
        && items.stream().allMatch(MessageList::isMessage);
  }

  private static boolean isMessage(Value item) {
    return item instanceof Value.Struct(Map<String, Value> fields)
        && fields.get("role") instanceof Value.Text;
  }

  /**
   * The conversation of a column that {@link #isOne}.
   *
   * @throws DataFormatException if the content of a message is not text, or the tools are no list
   */
  static Conversation read(Row row, Value value) {
    List<Map<String, Object>> messages = messages(row, value);
    return new Conversation(messages, row.find(TOOLS).map(t -> tools(row, t)).orElse(List.of()));
  }

  /** The messages of a column that {@link #isOne}. */
  static List<Map<String, Object>> messages(Row row, Value value) {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (Value item : ((Value.Items) value).values()) {
      Value.Struct message = (Value.Struct) item;
      requireText(row, message, messages.size() + 1);
      messages.add(message.toMap());
    }
    return messages;
  }

  private static void requireText(Row row, Value.Struct message, int number) {
    Value content = message.fields().getOrDefault("content", Value.Null.NULL);
    boolean isText =
        switch (content) {
          case Value.Text text -> true;
          case Value.Null nothing -> true;
          case Value.Items(List<Value> parts) -> parts.stream().allMatch(MessageList::isTextPart);
          default -> false;
        };
    if (!isText) {
      throw new DataFormatException(
          "%s: the content of message %d must be text, got %s"
              .formatted(row.where(), number, shorten(content.asText())));
    }
  }

  private static boolean isTextPart(Value part) {
    return part instanceof Value.Struct(Map<String, Value> fields)
        && fields.get("text") instanceof Value.Text;
  }

  private static List<Map<String, Object>> tools(Row row, Value tools) {
    Object list = tools instanceof Value.Text(String json) ? parse(row, json) : tools.toJava();
    if (list instanceof List<?> items && items.stream().allMatch(Map.class::isInstance)) {
      List<Map<String, Object>> schemas = new ArrayList<>();
      items.forEach(item -> schemas.add(schema((Map<?, ?>) item)));
      return schemas;
    }
    throw notTools(row, tools.asText(), null);
  }

  private static Map<String, Object> schema(Map<?, ?> item) {
    Map<String, Object> schema = new java.util.LinkedHashMap<>();
    item.forEach((name, value) -> schema.put(String.valueOf(name), value));
    return schema;
  }

  private static Object parse(Row row, String json) {
    try {
      return json.isBlank() ? List.of() : JSON.readValue(json, Object.class);
    } catch (IOException e) {
      throw notTools(row, json, e);
    }
  }

  private static DataFormatException notTools(Row row, String found, Exception cause) {
    return new DataFormatException(
        "%s: column tools must be a list of JSON schemas, got %s"
            .formatted(row.where(), shorten(found)),
        cause);
  }

  static String shorten(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }
}
