package io.troupe.training.sft;

/**
 * A prompt and the completion that a model is to learn.
 *
 * @param promptIds at least one token; not learned
 * @param completionIds at least one token; end of text included where it is to be learned
 */
@SuppressWarnings("ArrayRecordComponent") // handed over from the tokenizer, never changed
public record Demonstration(int[] promptIds, int[] completionIds) {

  /** Checks that there is something to learn, and something to learn it from. */
  public Demonstration {
    if (promptIds.length == 0 || completionIds.length == 0) {
      throw new IllegalArgumentException(
          "a demonstration of "
              + promptIds.length
              + " prompt and "
              + completionIds.length
              + " completion tokens: expected one of each at least");
    }
  }
}
