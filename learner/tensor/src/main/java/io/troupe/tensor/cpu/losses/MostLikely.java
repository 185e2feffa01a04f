package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.vectors.FloatScan;
import io.troupe.tensor.memory.Memory;

/** The most likely tokens and their log-probabilities. */
final class MostLikely {
  private final ComputePool pool;
  private final long logits;
  private final int rows;
  private final int vocab;
  private final long rowBytes;

  MostLikely(ComputePool pool, Tensor logits) {
    this.pool = pool;
    this.logits = logits.address();
    this.rows = logits.size(0);
    this.vocab = logits.size(1);
    this.rowBytes = (long) Float.BYTES * vocab;
  }

  void write(Tensor tokenIds, Tensor logProbs) {
    LogitBlocks.forGroups(pool, rows, vocab, blocks -> write(tokenIds, logProbs, blocks));
  }

  private void write(Tensor tokenIds, Tensor logProbs, LogitBlocks blocks) {
    RowMaxima max = RowMaxima.of(blocks, this::address, _ -> true);
    int[] indices = new int[blocks.rows()];
    LogitLoops.Sums[] sums = new LogitLoops.Sums[blocks.size()];
    blocks.forEach(
        (row, block, from, length) -> {
          long x = address(row, from);
          float highest = max.of(row);
          sums[blocks.index(row, block)] = LogitLoops.BEST.sumOfExp(x, highest, 1, length);
          if (block == max.block(row)) {
            indices[row - blocks.first()] = from + FloatScan.firstAtLeast(x, 0, length, highest);
          }
        });
    for (int row = blocks.first(); row < blocks.end(); row++) {
      float highest = max.of(row);
      Statistics statistics = Statistics.of(blocks, sums, row, address(row, 0), highest, 1);
      double logProb = statistics.logProb(highest);
      // The maximum does not show NaN, but the sums do.
      int index =
          Double.isNaN(logProb)
              ? SumLoops.argmax(address(row, 0), vocab)
              : indices[row - blocks.first()];
      Memory.setInt(tokenIds.address() + 4L * row, index);
      Memory.setFloat(logProbs.address() + 4L * row, (float) logProb);
    }
  }

  private long address(int row, int column) {
    return logits + row * rowBytes + 4L * column;
  }
}
