package io.troupe.tensor.cpu.sampling;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.SamplingRows;
import io.troupe.tensor.memory.Memory;
import java.util.Map;
import java.util.Set;

/** Changes of single scores in rows of floats, in place. */
final class ScoreChanges {
  private final long first;
  private final int rows;
  private final int vocab;

  /** Changes of (rows, vocab) scores. */
  ScoreChanges(Tensor scores) {
    first = scores.address();
    rows = scores.size(0);
    vocab = scores.size(1);
  }

  private long address(int row, int id) {
    return first + 4L * vocab * row + 4L * id;
  }

  void addBiases(Map<Integer, Double> biases) {
    biases.forEach(
        (id, bias) -> {
          for (int row = 0; row < rows; row++) {
            long at = address(row, id);
            Memory.setFloat(at, Memory.getFloat(at) + bias.floatValue());
          }
        });
  }

  void forbid(int row, Set<Integer> tokenIds) {
    for (int id : tokenIds) {
      if (id < vocab) {
        Memory.setFloat(address(row, id), Float.NEGATIVE_INFINITY);
      }
    }
  }

  void allowOnly(int row, long[] allowed) {
    for (int id = 0; id < vocab; id += Long.SIZE) {
      int word = id / Long.SIZE;
      long missing = word < allowed.length ? ~allowed[word] : -1L;
      for (; missing != 0; missing &= missing - 1) {
        int missingId = id + Long.numberOfTrailingZeros(missing);
        if (missingId < vocab) {
          Memory.setFloat(address(row, missingId), Float.NEGATIVE_INFINITY);
        }
      }
    }
  }

  /**
   * Penalizes the tokens of a completion.
   *
   * @param row the row of the scores
   * @param sequence the row in {@code state}
   * @param counts zeros, at least one for each token of the vocabulary; zeros again afterwards
   */
  void penalizeOccurrences(
      int row, SamplingRows state, int sequence, int[] counts, float frequency, float presence) {
    int[] tokenIds = state.tokenIds(sequence);
    int from = state.numPromptTokens(sequence);
    int to = state.numTokens(sequence);
    for (int i = from; i < to; i++) {
      if (tokenIds[i] < vocab) {
        counts[tokenIds[i]]++;
      }
    }
    for (int i = from; i < to; i++) {
      int id = tokenIds[i];
      if (id < vocab && counts[id] > 0) {
        long at = address(row, id);
        Memory.setFloat(at, Memory.getFloat(at) - frequency * counts[id] - presence);
        counts[id] = 0;
      }
    }
  }
}
