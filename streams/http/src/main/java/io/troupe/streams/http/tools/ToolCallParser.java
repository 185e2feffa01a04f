package io.troupe.streams.http.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds calls of the form {@code <tool_call>{"name": ..., "arguments": {...}}</tool_call>}, which
 * Hermes and Qwen models write, in a text that arrives in pieces. Text that might begin a call is
 * held back, and so is white space that might stand before one. A call that is not valid JSON is
 * ordinary text. Not thread-safe.
 */
public final class ToolCallParser {
  private static final String OPEN = "<tool_call>";
  private static final String CLOSE = "</tool_call>";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StringBuilder held = new StringBuilder();
  private final StringBuilder content = new StringBuilder();
  private final List<ToolCall> calls = new ArrayList<>();
  private boolean isInside;

  /** A parser at the start of a text. */
  public ToolCallParser() {}

  /**
   * Adds a piece of the text.
   *
   * @return what is certain now
   */
  public ToolText append(String piece) {
    held.append(piece);
    boolean goesOn = true;
    while (goesOn) {
      goesOn = isInside ? readCall() : readContent();
    }
    return take();
  }

  /** Ends the text; returns what was held back. A call without its end tag counts. */
  public ToolText flush() {
    if (isInside) {
      Optional<ToolCall> call = parse(held.toString());
      call.ifPresentOrElse(calls::add, () -> content.append(OPEN).append(held));
    } else if (!held.toString().isBlank() || !hadCalls) {
      content.append(held);
    }
    held.setLength(0);
    isInside = false;
    return take();
  }

  private boolean hadCalls;

  private ToolText take() {
    ToolText text = new ToolText(content.toString(), calls);
    hadCalls |= !calls.isEmpty();
    content.setLength(0);
    calls.clear();
    return text;
  }

  private boolean readContent() {
    int open = held.indexOf(OPEN);
    if (open >= 0) {
      content.append(held.substring(0, open).stripTrailing());
      held.delete(0, open + OPEN.length());
      isInside = true;
      return true;
    }
    int certain = held.length() - lengthOfPossibleTag();
    while (certain > 0 && Character.isWhitespace(held.charAt(certain - 1))) {
      certain--;
    }
    content.append(held, 0, certain);
    held.delete(0, certain);
    return false;
  }

  /** The length of the longest end of the text that begins a tag. */
  private int lengthOfPossibleTag() {
    for (int length = Math.min(held.length(), OPEN.length() - 1); length > 0; length--) {
      if (OPEN.startsWith(held.substring(held.length() - length))) {
        return length;
      }
    }
    return 0;
  }

  private boolean readCall() {
    int close = held.indexOf(CLOSE);
    if (close < 0) {
      return false;
    }
    String inside = held.substring(0, close);
    parse(inside)
        .ifPresentOrElse(calls::add, () -> content.append(OPEN).append(inside).append(CLOSE));
    held.delete(0, close + CLOSE.length());
    isInside = false;
    return true;
  }

  /** The calls of a JSON list, as constrained output has them. */
  public static List<ToolCall> parseList(String json) {
    List<ToolCall> calls = new ArrayList<>();
    try {
      JsonNode list = JSON.readTree(json);
      list.forEach(node -> call(node).ifPresent(calls::add));
    } catch (JsonProcessingException _) {
      return List.of(); // cut off by the length limit
    }
    return calls;
  }

  private static Optional<ToolCall> parse(String json) {
    try {
      return call(JSON.readTree(json));
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }

  private static Optional<ToolCall> call(JsonNode node) {
    JsonNode name = node.path("name");
    JsonNode arguments = node.has("arguments") ? node.path("arguments") : node.path("parameters");
    if (!name.isTextual() || arguments.isMissingNode()) {
      return Optional.empty();
    }
    String text = arguments.isTextual() ? arguments.textValue() : arguments.toString();
    return Optional.of(new ToolCall(name.textValue(), text));
  }
}
