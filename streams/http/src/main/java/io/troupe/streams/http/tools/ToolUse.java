package io.troupe.streams.http.tools;

/** Which functions the model may or must call, as {@code tool_choice} says. */
public sealed interface ToolUse {
  /** No calls: the text is the answer. */
  record None() implements ToolUse {}

  /** The model decides; its calls are found in the text. */
  record Auto() implements ToolUse {}

  /** At least one call; the text is a JSON list of calls. */
  record Required() implements ToolUse {}

  /**
   * A call of one function; the text is its arguments in JSON.
   *
   * @param name of the function
   */
  record Named(String name) implements ToolUse {}
}
