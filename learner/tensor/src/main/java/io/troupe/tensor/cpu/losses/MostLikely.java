package io.troupe.tensor.cpu.losses;

import static io.troupe.tensor.cpu.reductions.SumLoops.BLOCK;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;

/**
 * The most likely tokens and their log-probabilities. A row is read once from memory; with fewer
 * rows than threads, the threads share each row. The bits are the same either way.
 */
final class MostLikely {
  /** Blocks of a row that pay for a second thread. */
  private static final int MANY_BLOCKS = 4;

  private final long logits;
  private final long tokenIds;
  private final long logProbs;
  private final int rows;
  private final int vocab;

  MostLikely(Tensor logits, Tensor tokenIds, Tensor logProbs) {
    this.logits = logits.address();
    this.tokenIds = tokenIds.address();
    this.logProbs = logProbs.address();
    this.rows = logits.size(0);
    this.vocab = logits.size(1);
  }

  void run(ComputePool pool) {
    if (rows < pool.threads() && vocab >= MANY_BLOCKS * BLOCK) {
      for (int row = 0; row < rows; row++) {
        shared(pool, row);
      }
      return;
    }
    Partition.rows(
        pool,
        rows,
        vocab,
        (from, to) -> {
          LossRows.Sums sums = new LossRows.Sums();
          for (int row = (int) from; row < to; row++) {
            long x = logits + 4L * row * vocab;
            int index = SumLoops.argmax(x, vocab);
            LossRows.sums(sums, x, Memory.getFloat(x + 4L * index), 1, false, vocab);
            write(row, index, sums.exp);
          }
        });
  }

  private void shared(ComputePool pool, int row) {
    long x = logits + 4L * row * vocab;
    int blocks = vocab / BLOCK;
    int[] indices = new int[blocks + 1];
    Partition.split(
        pool,
        indices.length,
        (indices.length + pool.threads() - 1) / pool.threads(),
        (from, to) -> {
          for (int block = (int) from; block < to; block++) {
            int start = block * BLOCK;
            int length = Math.min(BLOCK, vocab - start);
            indices[block] = length == 0 ? 0 : start + SumLoops.argmax(x + 4L * start, length);
          }
        });
    int index = first(x, indices);
    float highest = Memory.getFloat(x + 4L * index);
    double[] sums = new double[blocks];
    Partition.split(
        pool,
        blocks,
        (blocks + pool.threads() - 1) / pool.threads(),
        (from, to) -> {
          LossRows.Sums sum = new LossRows.Sums();
          for (int block = (int) from; block < to; block++) {
            LossRows.sums(sum, x + 4L * block * BLOCK, highest, 1, false, BLOCK);
            sums[block] = sum.exp;
          }
        });
    LossRows.Sums total = new LossRows.Sums();
    for (double sum : sums) {
      total.exp += sum;
    }
    LossRows.addExp(total, x + 4L * blocks * BLOCK, highest, 1, vocab - blocks * BLOCK);
    write(row, index, total.exp);
  }

  /** The first index whose element is largest, or NaN. */
  private static int first(long x, int[] indices) {
    int best = indices[0];
    for (int index : indices) {
      float value = Memory.getFloat(x + 4L * index);
      float most = Memory.getFloat(x + 4L * best);
      if (value > most || Float.isNaN(value) && !Float.isNaN(most)) {
        best = index;
      }
    }
    return best;
  }

  private void write(int row, int index, double sumOfExponentials) {
    Memory.setInt(tokenIds + 4L * row, index);
    Memory.setFloat(logProbs + 4L * row, (float) (0 - Math.log(sumOfExponentials)));
  }
}
