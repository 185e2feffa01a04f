package io.troupe.nn.lm;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.RotaryAngles;
import java.util.Arrays;

/** Stores the keys and values of earlier positions and attends to them. */
@FunctionalInterface
public interface AttentionCache {
  /**
   * Stores the keys and values of this pass's rows, then attends from each row to the positions of
   * its sequence up to its own.
   *
   * @param layer index of the layer, from 0
   * @param q (rows, heads, headDim)
   * @param k (rows, kvHeads, headDim)
   * @param v (rows, kvHeads, headDim)
   * @param angles rotate queries and keys first; null for no rotation
   * @param scores scale, soft cap and sliding window
   * @return (rows, heads, headDim)
   */
  Tensor attend(
      int layer, Tensor q, Tensor k, Tensor v, RotaryAngles angles, AttentionScores scores);

  /**
   * For each row of the current pass, the length of its sequence at the end of the pass.
   *
   * @param positions of the rows
   */
  default int[] sequenceLengths(int[] positions) {
    return Arrays.stream(positions).map(position -> position + 1).toArray();
  }
}
