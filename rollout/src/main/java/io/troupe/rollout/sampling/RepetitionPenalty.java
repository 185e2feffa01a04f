package io.troupe.rollout.sampling;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;

/**
 * Makes tokens that have occurred, in the prompt or since, less likely (arXiv:1909.05858): their
 * positive scores are divided by the penalty, negative ones multiplied.
 *
 * @param penalty above 0; 1 changes nothing
 */
public record RepetitionPenalty(double penalty) {

  /** No penalty. */
  public static final RepetitionPenalty NONE = new RepetitionPenalty(1);

  /**
   * The scores with the penalty: the same tensor when it changes nothing, otherwise a copy.
   *
   * @param scores (rows, vocab), FLOAT32
   */
  public Tensor apply(Tensor scores, SamplingRows rows, int firstRow, SamplingScratch scratch) {
    if (penalty == 1) {
      return scores;
    }
    Tensor penalised = Tensor.empty(scores.dtype(), scores.shape());
    penalised.copyFrom(scores);
    int vocab = scores.size(1);
    for (int r = 0; r < scores.size(0); r++) {
      applyToRow(
          penalised.address() + 4L * vocab * r,
          vocab,
          rows.tokenIds(firstRow + r),
          rows.numTokens(firstRow + r),
          scratch);
    }
    return penalised;
  }

  private void applyToRow(
      long address, int vocab, int[] tokenIds, int numTokens, SamplingScratch scratch) {
    float factor = (float) penalty;
    int stamp = ++scratch.rowStamp;
    for (int i = 0; i < numTokens; i++) {
      int id = tokenIds[i];
      if (id < vocab && scratch.seenInRow[id] != stamp) {
        scratch.seenInRow[id] = stamp;
        float score = Memory.getFloat(address + 4L * id);
        Memory.setFloat(address + 4L * id, score < 0 ? score * factor : score / factor);
      }
    }
  }
}
