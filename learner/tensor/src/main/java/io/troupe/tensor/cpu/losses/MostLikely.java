package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
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
    int[] indices = indices(blocks);
    LogitLoops.Sums[] sums = sums(blocks, indices);
    for (int i = 0; i < indices.length; i++) {
      int row = blocks.first() + i;
      float highest = logit(row, indices[i]);
      Statistics statistics = Statistics.of(blocks, sums, row, address(row, 0), highest, 1);
      Memory.setInt(tokenIds.address() + 4L * row, indices[i]);
      Memory.setFloat(logProbs.address() + 4L * row, (float) statistics.logProb(highest));
    }
  }

  private int[] indices(LogitBlocks blocks) {
    int[] ofBlocks = new int[blocks.size()];
    blocks.forEach(
        (row, block, from, length) ->
            ofBlocks[blocks.index(row, block)] =
                from + SumLoops.argmax(address(row, from), length));
    int[] indices = new int[blocks.rows()];
    for (int i = 0; i < indices.length; i++) {
      int row = blocks.first() + i;
      indices[i] = ofBlocks[blocks.index(row, 0)];
      for (int block = 1; block < blocks.count(); block++) {
        indices[i] = better(row, indices[i], ofBlocks[blocks.index(row, block)]);
      }
    }
    return indices;
  }

  /** The first index whose element is larger, or NaN. */
  private int better(int row, int first, int second) {
    float most = logit(row, first);
    float value = logit(row, second);
    return value > most || Float.isNaN(value) && !Float.isNaN(most) ? second : first;
  }

  private LogitLoops.Sums[] sums(LogitBlocks blocks, int[] indices) {
    LogitLoops.Sums[] sums = new LogitLoops.Sums[blocks.size()];
    blocks.forEach(
        (row, block, from, length) -> {
          float highest = logit(row, indices[row - blocks.first()]);
          sums[blocks.index(row, block)] =
              LogitLoops.BEST.sumOfExp(address(row, from), highest, 1, length);
        });
    return sums;
  }

  private float logit(int row, int column) {
    return Memory.getFloat(address(row, column));
  }

  private long address(int row, int column) {
    return logits + row * rowBytes + 4L * column;
  }
}
