package io.troupe.rollout.sampling;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.SamplingRows;

/**
 * Selects the most likely token; the first of equal ones.
 *
 * @param processing applied before the selection
 */
public record GreedySampler(ScoreProcessing processing) implements Sampler {

  @Override
  public double temperature() {
    return 1;
  }

  @Override
  public void sample(Tensor logits, SamplingRows rows, int firstRow, int[] tokenIds) {
    Tensor scores = processing.apply(logits, rows, firstRow);
    int[] likeliest = scores.argmax().toInts();
    System.arraycopy(likeliest, 0, tokenIds, firstRow, likeliest.length);
  }

  /**
   * Without changes of the scores one pass over the logits finds the token and its log-probability.
   */
  @Override
  public void select(
      Tensor logits, SamplingRows rows, int firstRow, int[] tokenIds, float[] logProbs) {
    if (processing != ScoreProcessing.NONE) {
      Sampler.super.select(logits, rows, firstRow, tokenIds, logProbs);
      return;
    }
    int count = logits.size(0);
    Tensor ids = Tensor.empty(DType.INT32, Shape.of(count));
    Tensor ofIds = Tensor.empty(DType.FLOAT32, Shape.of(count));
    Backend.of(logits).loss().mostLikely(ids, ofIds, logits);
    System.arraycopy(ids.toInts(), 0, tokenIds, firstRow, count);
    System.arraycopy(ofIds.toFloats(), 0, logProbs, firstRow, count);
  }
}
