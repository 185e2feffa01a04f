package io.troupe.tensor.cpu.losses;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** The largest logit of each row of some blocks, and the block that has it. */
final class RowMaxima {
  private final int firstRow;
  private final float[] max;
  private final int[] block;

  private RowMaxima(LogitBlocks blocks, float[] ofBlocks) {
    this.firstRow = blocks.first();
    this.max = new float[blocks.rows()];
    this.block = new int[blocks.rows()];
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < max.length; i++) {
      for (int b = 0; b < blocks.count(); b++) {
        float ofBlock = ofBlocks[blocks.index(firstRow + i, b)];
        if (ofBlock > max[i] || Float.isNaN(ofBlock)) {
          max[i] = ofBlock;
          block[i] = b;
        }
      }
    }
  }

  /** The address of a logit. */
  @FunctionalInterface
  interface Address {
    long of(int row, int column);
  }

  /**
   * Finds the maxima.
   *
   * @param x addresses of logits
   * @param counts the rows that have a maximum; that of others is open
   */
  static RowMaxima of(LogitBlocks blocks, Address x, IntPredicate counts) {
    float[] ofBlocks = new float[blocks.size()];
    blocks.forEach(
        (row, block, from, length) -> {
          if (counts.test(row)) {
            ofBlocks[blocks.index(row, block)] = LogitLoops.BEST.max(x.of(row, from), length);
          }
        });
    return new RowMaxima(blocks, ofBlocks);
  }

  /** The largest logit of a row; open if the row has NaN. */
  float of(int row) {
    return max[row - firstRow];
  }

  /** The first block that has the largest logit of a row; open if the row has NaN. */
  int block(int row) {
    return block[row - firstRow];
  }
}
