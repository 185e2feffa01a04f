package io.troupe.protocols.sample;

/** Why a completion ended. A switch over this type needs no default branch. */
public sealed interface FinishReason {

  /** The model sampled an end-of-text token, which is the last token of the completion. */
  record EndOfText(int tokenId) implements FinishReason {}

  /** The model sampled a stop token, which is the last token of the completion. */
  record StopToken(int tokenId) implements FinishReason {}

  /** A stop string appeared in the text. */
  record StopString(String text) implements FinishReason {}

  /** The text satisfies the output constraint, which allows no further token. */
  record ConstraintMet() implements FinishReason {}

  /** The completion has reached its maximum length: it is truncated. */
  record LengthLimit(int maxCompletionLength) implements FinishReason {}

  /** The request was cancelled. */
  record Cancelled(String by) implements FinishReason {}

  /** Whether the length limit ended the completion. */
  default boolean isTruncated() {
    return this instanceof LengthLimit;
  }
}
