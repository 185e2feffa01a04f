package io.troupe.rollout.sampling;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.memory.Memory;

/**
 * Takes the likeliest token; of equal ones the first.
 *
 * @param repetitionPenalty acts before
 */
public record GreedySampler(RepetitionPenalty repetitionPenalty) implements Sampler {

  @Override
  public double temperature() {
    return 1;
  }

  @Override
  public void sample(
      Tensor logits, SamplingRows rows, int firstRow, int[] tokenIds, SamplingScratch scratch) {
    Tensor scores = repetitionPenalty.apply(logits, rows, firstRow, scratch);
    int numRows = scores.size(0);
    Tensor likeliest = Tensor.empty(DType.INT32, Shape.of(numRows));
    Backend.of(likeliest).reduction().argmax(likeliest, scores);
    for (int r = 0; r < numRows; r++) {
      tokenIds[firstRow + r] = Memory.getInt(likeliest.address() + 4L * r);
    }
  }
}
