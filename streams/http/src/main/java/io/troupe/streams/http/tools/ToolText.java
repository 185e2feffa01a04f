package io.troupe.streams.http.tools;

import java.util.List;

/**
 * A piece of a model's text, taken apart.
 *
 * @param content text outside of calls
 * @param calls complete calls
 */
public record ToolText(String content, List<ToolCall> calls) {
  /** Nothing. */
  public static final ToolText EMPTY = new ToolText("", List.of());

  /** Copies the list. */
  public ToolText {
    calls = List.copyOf(calls);
  }
}
