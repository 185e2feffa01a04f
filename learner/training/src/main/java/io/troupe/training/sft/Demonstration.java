package io.troupe.training.sft;

/**
 * A prompt and its completion, which the model is trained on.
 *
 * @param promptIds at least one token, without loss
 * @param completionIds at least one token, with the end token if the model should produce it
 */
@SuppressWarnings("ArrayRecordComponent") // handed over from the tokenizer, never changed
public record Demonstration(int[] promptIds, int[] completionIds) {

  /** Checks that prompt and completion have tokens. */
  public Demonstration {
    if (promptIds.length == 0 || completionIds.length == 0) {
      throw new IllegalArgumentException(
          "a demonstration must have prompt and completion tokens, got %d and %d"
              .formatted(promptIds.length, completionIds.length));
    }
  }
}
