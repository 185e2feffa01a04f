package io.troupe.training.packing;

/**
 * A prompt and its completion, to be laid out in rows.
 *
 * @param index index of the sample in the results
 * @param group samples of one group have the same prompt and may share its rows
 * @param promptIds tokens of the prompt, at least one
 * @param completionIds tokens whose log-probabilities are computed
 */
@SuppressWarnings("ArrayRecordComponent") // tokens are handed over, never changed
public record PackedSample(int index, long group, int[] promptIds, int[] completionIds) {

  /** Checks that there is a prompt. */
  public PackedSample {
    if (promptIds.length == 0) {
      throw new IllegalArgumentException(
          "prompt of sample " + index + " must contain tokens, got none");
    }
  }

  /** Rows of the completion: its last token is not needed for a prediction. */
  int completionRows() {
    return Math.max(0, completionIds.length - 1);
  }
}
