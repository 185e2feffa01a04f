package io.troupe.tensor.cpu.products;

import io.troupe.tensor.cpu.products.TileShape.Mode;
import io.troupe.tensor.memory.Memory;

/**
 * A FLOAT32 product {@code (rows, k) (k, columns)} for kernels: k is one block, and operands are
 * where kernels read them. Strides are in bytes.
 *
 * @param a first element of the left operand, {@code aRow} from row to row, {@code aStep} from one
 *     k to the next
 * @param b first element of the right operand, {@code bStep} from one k to the next, {@code bPanel}
 *     from one pair of vectors to the next; the columns of a pair are adjacent
 * @param out first element of the result, whose columns are adjacent
 * @param before what sums are added to in mode {@link Mode#ADD}; a distance of 0 adds one row to
 *     all
 * @param next address of the right operand of the next product, which is prefetched; 0 if unknown
 * @param offsets address of the bytes from {@code b} to each row of the right operand; 0 where
 *     {@code bStep} says it
 */
record TileProduct(
    int rows,
    int columns,
    int k,
    long a,
    long aRow,
    long aStep,
    long b,
    long bStep,
    long bPanel,
    Mode mode,
    long before,
    long beforeRow,
    long out,
    long outRow,
    long next,
    long offsets) {

  /** A product whose rows of {@code b} have the same distance. */
  TileProduct(
      int rows,
      int columns,
      int k,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      long bPanel,
      Mode mode,
      long before,
      long beforeRow,
      long out,
      long outRow) {
    this(
        rows, columns, k, a, aRow, aStep, b, bStep, bPanel, mode, before, beforeRow, out, outRow, 0,
        0);
  }

  /** Whether all panels are one stretch of memory. */
  boolean isContiguous() {
    return bPanel == k * bStep;
  }

  boolean isIndexed() {
    return offsets != 0;
  }

  /** Bytes from the first row of {@code b} to row {@code k}. */
  long row(int k) {
    return offsets == 0 ? k * bStep : Memory.getLong(offsets + (long) k * Long.BYTES);
  }
}
