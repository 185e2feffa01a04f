package io.troupe.protocols.sample;

/** How a completion ended. A switch over this type needs no default branch. */
public sealed interface FinishReason {

  /** The model said that it was done; the token is the completion's last one. */
  record EndOfText(int tokenId) implements FinishReason {}

  /** A stop string appeared in the text. */
  record StopString(String text) implements FinishReason {}

  /** The completion is as long as it may be: it was truncated. */
  record LengthLimit(int maxCompletionLength) implements FinishReason {}

  /** Whoever asked no longer wants it. */
  record Cancelled(String by) implements FinishReason {}

  /** Whether the completion was cut off before the model ended it. */
  default boolean isTruncated() {
    return this instanceof LengthLimit;
  }
}
