package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import java.util.function.Consumer;

/**
 * Neighboring rows of logits in blocks of {@link SumLoops#BLOCK} columns.
 *
 * <p>Threads share the columns, as in the product that computes logits: each then finds its blocks
 * in its own cache, and one row alone has work for all of them.
 *
 * @param first the first row
 * @param rows number of rows
 */
record LogitBlocks(ComputePool pool, int first, int rows, int vocab) {
  private static final int BLOCK = SumLoops.BLOCK;

  /** Elements for each thread that stay in the second cache between two passes: 1 MB. */
  private static final int CACHED = 1 << 18;

  /** Computes {@code length} columns of a row from {@code from} on. */
  @FunctionalInterface
  interface Body {
    void run(int row, int block, int from, int length);
  }

  /** Divides a matrix into groups of rows that stay in the caches. */
  static void forGroups(ComputePool pool, int rows, int vocab, Consumer<LogitBlocks> body) {
    int most = Math.clamp((long) CACHED * pool.threads() / Math.max(1, vocab), 1, rows + 1);
    for (int row = 0; row < rows; row += most) {
      body.accept(new LogitBlocks(pool, row, Math.min(most, rows - row), vocab));
    }
  }

  /** The row after the last one. */
  int end() {
    return first + rows;
  }

  /** Blocks of a row. */
  int count() {
    return (vocab + BLOCK - 1) / BLOCK;
  }

  /** The place of a block in arrays of all of them: neighbors belong to one thread. */
  int index(int row, int block) {
    return block * rows + row - first;
  }

  /** The number of blocks of all rows. */
  int size() {
    return Math.multiplyExact(rows, count());
  }

  void forEach(Body body) {
    Partition.split(
        pool,
        size(),
        Partition.rowsPerPart(Math.min(BLOCK, vocab)),
        (start, end) -> {
          for (int i = (int) start; i < end; i++) {
            int block = i / rows;
            int from = block * BLOCK;
            body.run(first + i % rows, block, from, Math.min(BLOCK, vocab - from));
          }
        });
  }
}
