package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/** The most likely tokens and their log-probabilities. */
final class MostLikely {
  private final LogitBlocks blocks;
  private final long logits;
  private final long rowBytes;

  MostLikely(ComputePool pool, Tensor logits) {
    this.blocks = new LogitBlocks(pool, logits.size(0), logits.size(1));
    this.logits = logits.address();
    this.rowBytes = (long) Float.BYTES * blocks.vocab();
  }

  void write(Tensor tokenIds, Tensor logProbs) {
    int[] indices = indices();
    float[] highest = new float[indices.length];
    for (int row = 0; row < indices.length; row++) {
      highest[row] = Memory.getFloat(logits + row * rowBytes + 4L * indices[row]);
    }
    Statistics[] statistics = statistics(highest);
    for (int row = 0; row < indices.length; row++) {
      double logProb = statistics[row].logProb(highest[row]);
      Memory.setInt(tokenIds.address() + 4L * row, indices[row]);
      Memory.setFloat(logProbs.address() + 4L * row, (float) logProb);
    }
  }

  private int[] indices() {
    int[] ofBlocks = new int[blocks.size()];
    blocks.forEach(
        (row, block, from, length) -> {
          long x = logits + row * rowBytes + 4L * from;
          ofBlocks[blocks.index(row, block)] = from + SumLoops.argmax(x, length);
        });
    int[] indices = new int[blocks.rows()];
    for (int row = 0; row < indices.length; row++) {
      int best = ofBlocks[blocks.index(row, 0)];
      for (int block = 1; block < blocks.count(); block++) {
        best = better(logits + row * rowBytes, best, ofBlocks[blocks.index(row, block)]);
      }
      indices[row] = best;
    }
    return indices;
  }

  /** The first index whose element is larger, or NaN. */
  private static int better(long x, int first, int second) {
    float most = Memory.getFloat(x + 4L * first);
    float value = Memory.getFloat(x + 4L * second);
    return value > most || Float.isNaN(value) && !Float.isNaN(most) ? second : first;
  }

  private Statistics[] statistics(float[] highest) {
    LossRows.Sums[] sums = new LossRows.Sums[blocks.size()];
    blocks.forEach(
        (row, block, from, length) -> {
          long x = logits + row * rowBytes + 4L * from;
          sums[blocks.index(row, block)] = LossRows.Sums.ofExp(x, highest[row], 1, length);
        });
    Statistics[] statistics = new Statistics[blocks.rows()];
    for (int row = 0; row < statistics.length; row++) {
      statistics[row] = new Statistics(highest[row], 1, blocks.vocab());
      for (int block = 0; block < blocks.count(); block++) {
        statistics[row].add(sums[blocks.index(row, block)]);
      }
      statistics[row].addRest(logits + row * rowBytes, 1);
    }
    return statistics;
  }
}
