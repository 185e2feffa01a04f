package io.troupe.rollout.sampling;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.SamplingRows;

/**
 * Selects the most likely token; the first of equal ones.
 *
 * @param repetitionPenalty applied before the selection
 */
public record GreedySampler(RepetitionPenalty repetitionPenalty) implements Sampler {

  @Override
  public double temperature() {
    return 1;
  }

  @Override
  public void sample(Tensor logits, SamplingRows rows, int firstRow, int[] tokenIds) {
    Tensor scores = repetitionPenalty.apply(logits, rows, firstRow);
    int[] likeliest = scores.argmax().toInts();
    System.arraycopy(likeliest, 0, tokenIds, firstRow, likeliest.length);
  }
}
