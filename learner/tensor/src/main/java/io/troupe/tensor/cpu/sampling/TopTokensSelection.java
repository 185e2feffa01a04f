package io.troupe.tensor.cpu.sampling;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.TopTokens;
import io.troupe.tensor.memory.Memory;
import java.util.Arrays;

/** Collects the tokens with the highest scores in a sorted list. */
final class TopTokensSelection {
  private final float[] scores;
  private final int[] rows;
  private final int[] tokenIds;
  private int size;

  private TopTokensSelection(int capacity) {
    scores = new float[capacity];
    rows = new int[capacity];
    tokenIds = new int[capacity];
  }

  static TopTokens select(Tensor scores, float[] offsets, int count) {
    int vocab = scores.size(1);
    TopTokensSelection top = new TopTokensSelection((int) Math.min(count, scores.numel()));
    for (int row = 0; row < scores.size(0); row++) {
      long address = scores.address() + 4L * vocab * row;
      for (int id = 0; id < vocab; id++) {
        float score = Memory.getFloat(address + 4L * id) + offsets[row];
        if (top.size < top.scores.length || score > top.scores[top.size - 1]) {
          top.insert(score, row, id);
        }
      }
    }
    return new TopTokens(
        Arrays.copyOf(top.rows, top.size),
        Arrays.copyOf(top.tokenIds, top.size),
        Arrays.copyOf(top.scores, top.size));
  }

  private void insert(float score, int row, int tokenId) {
    int last = size < scores.length ? size++ : size - 1;
    int at = last;
    while (at > 0 && score > scores[at - 1]) {
      scores[at] = scores[at - 1];
      rows[at] = rows[at - 1];
      tokenIds[at] = tokenIds[at - 1];
      at--;
    }
    scores[at] = score;
    rows[at] = row;
    tokenIds[at] = tokenId;
  }
}
