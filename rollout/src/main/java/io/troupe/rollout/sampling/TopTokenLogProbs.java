package io.troupe.rollout.sampling;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.List;

/** The most likely tokens of rows of logits, with the log-probabilities that samplers report. */
public final class TopTokenLogProbs {
  private TopTokenLogProbs() {}

  /**
   * The most likely tokens of each row, best first.
   *
   * @param logits (rows, vocab), FLOAT32
   * @param temperature divides the logits, above 0
   * @param count tokens for each row; fewer if the vocabulary is smaller
   */
  public static List<List<TokenLogProb>> of(Tensor logits, double temperature, int count) {
    int rows = logits.size(0);
    int k = Math.min(count, logits.size(1));
    List<List<TokenLogProb>> ofRows = new ArrayList<>(rows);
    if (k == 0) {
      for (int row = 0; row < rows; row++) {
        ofRows.add(List.of());
      }
      return ofRows;
    }
    Tensor tokenIds = Tensor.empty(DType.INT32, Shape.of(rows, k));
    Tensor logProbs = Tensor.empty(DType.FLOAT32, Shape.of(rows, k));
    Backend.of(logits).loss().topLogProbs(tokenIds, logProbs, logits, temperature);
    int[] ids = tokenIds.toInts();
    float[] values = logProbs.toFloats();
    for (int row = 0; row < rows; row++) {
      TokenLogProb[] top = new TokenLogProb[k];
      for (int i = 0; i < k; i++) {
        top[i] = new TokenLogProb(ids[row * k + i], values[row * k + i]);
      }
      ofRows.add(List.of(top));
    }
    return ofRows;
  }
}
