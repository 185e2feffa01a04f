package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.vectors.FloatScan;
import io.troupe.tensor.memory.Memory;

/**
 * The most likely tokens of each row of floats, best first, and their log-probabilities.
 *
 * @param tokenIds (rows, k), INT32
 * @param logProbs (rows, k)
 * @param tokens the logits
 */
record TopLogProbs(Tensor tokenIds, Tensor logProbs, TokenLogits tokens) implements RowResults {

  @Override
  public boolean needsAllSums() {
    return false;
  }

  @Override
  public void clear(int row) {
    throw new IllegalStateException("no row is skipped");
  }

  @Override
  public void write(int row, Statistics statistics, double logitOfTarget) {
    int k = tokenIds.size(1);
    int[] ids = select(tokens.address(row, 0), tokens.vocab(), k);
    for (int i = 0; i < k; i++) {
      long at = (long) row * k + i;
      double logit = Memory.getFloat(tokens.address(row, ids[i]));
      Memory.setInt(tokenIds.address() + 4 * at, ids[i]);
      Memory.setFloat(logProbs.address() + 4 * at, (float) statistics.logProb(logit));
    }
  }

  /** The indices of the k largest of {@code vocab} floats, the first of equal ones first. */
  private static int[] select(long address, int vocab, int k) {
    int[] ids = new int[k];
    float[] values = new float[k];
    for (int id = 0; id < k; id++) {
      insert(ids, values, id, Memory.getFloat(address + 4L * id), id);
    }
    int id = k;
    while (id < vocab) {
      id = FloatScan.firstAtLeast(address, id, vocab, values[k - 1]);
      if (id < vocab) {
        float value = Memory.getFloat(address + 4L * id);
        if (value > values[k - 1]) {
          insert(ids, values, k - 1, value, id);
        }
        id++;
      }
    }
    return ids;
  }

  /** Inserts a value behind those that are as large; the value at {@code last} is dropped. */
  private static void insert(int[] ids, float[] values, int last, float value, int id) {
    int at = last;
    while (at > 0 && value > values[at - 1]) {
      values[at] = values[at - 1];
      ids[at] = ids[at - 1];
      at--;
    }
    values[at] = value;
    ids[at] = id;
  }
}
