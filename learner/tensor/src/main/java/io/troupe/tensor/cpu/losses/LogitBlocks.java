package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;

/**
 * Rows of logits in blocks of {@link SumLoops#BLOCK} columns.
 *
 * <p>Threads share the columns, as in the product that computes logits: each then finds its blocks
 * in its own cache, and one row alone has work for all of them.
 */
record LogitBlocks(ComputePool pool, int rows, int vocab) {
  private static final int BLOCK = SumLoops.BLOCK;

  /** Computes {@code length} columns of a row from {@code from} on. */
  @FunctionalInterface
  interface Body {
    void run(int row, int block, int from, int length);
  }

  /** Blocks of a row. */
  int count() {
    return (vocab + BLOCK - 1) / BLOCK;
  }

  /** The place of a block in arrays of all of them: neighbors belong to one thread. */
  int index(int row, int block) {
    return block * rows + row;
  }

  /** The number of blocks of all rows. */
  int size() {
    return Math.multiplyExact(rows, count());
  }

  void forEach(Body body) {
    long perPart = Partition.rowsPerPart(Math.min(BLOCK, vocab));
    Partition.split(
        pool,
        size(),
        perPart,
        (first, last) -> {
          for (int i = (int) first; i < last; i++) {
            int block = i / rows;
            int from = block * BLOCK;
            body.run(i % rows, block, from, Math.min(BLOCK, vocab - from));
          }
        });
  }
}
