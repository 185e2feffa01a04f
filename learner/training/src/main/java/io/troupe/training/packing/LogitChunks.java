package io.troupe.training.packing;

import java.util.function.IntUnaryOperator;

/**
 * The rows of logits that are computed at once. The gradient of the output layer sums over all
 * rows, in blocks whose order the product defines; parts of whole blocks, added up in order, have
 * the bits of one product over all rows.
 *
 * @param rows of all parts together
 * @param sumBlock the length of the blocks of a sum over a number of values
 */
record LogitChunks(int rows, IntUnaryOperator sumBlock) {

  /**
   * The rows of each part but the last, which may have fewer.
   *
   * @param affordable most rows for which there is memory; at least one block is used
   */
  int rows(long affordable) {
    if (affordable >= rows) {
      return Math.max(1, rows);
    }
    int block = sumBlock.applyAsInt(rows);
    int blocks = (int) Math.max(1, affordable / block);
    while (blocks > 1 && !hasTheSameBlocks(blocks * block, block)) {
      blocks--;
    }
    return blocks * block;
  }

  /** Whether products over the parts divide their sums where the product over all rows does. */
  private boolean hasTheSameBlocks(int part, int block) {
    int last = rows % part;
    return sumBlock.applyAsInt(part) == block
        && (last <= block || sumBlock.applyAsInt(last) == block);
  }
}
