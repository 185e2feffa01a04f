package io.troupe.rollout.sampling;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.SamplingRows;

/**
 * Makes tokens of the prompt and the completion so far less likely (arXiv:1909.05858): their
 * positive scores are divided by the penalty, negative scores are multiplied by it.
 *
 * @param penalty above 0; 1 changes nothing
 */
public record RepetitionPenalty(double penalty) {

  /** No penalty. */
  public static final RepetitionPenalty NONE = new RepetitionPenalty(1);

  /**
   * Applies the penalty.
   *
   * @param scores (rows, vocab), FLOAT32
   * @return {@code scores} when the penalty is 1, otherwise a copy
   */
  public Tensor apply(Tensor scores, SamplingRows rows, int firstRow) {
    if (penalty == 1) {
      return scores;
    }
    Tensor penalized = Tensor.empty(scores.dtype(), scores.shape());
    penalized.copyFrom(scores);
    Backend.of(penalized).sampling().penalizeRepetition(penalized, rows, firstRow, penalty);
    return penalized;
  }
}
