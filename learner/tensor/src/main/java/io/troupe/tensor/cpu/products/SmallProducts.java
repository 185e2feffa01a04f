package io.troupe.tensor.cpu.products;

import io.troupe.tensor.cpu.products.TileShape.Mode;

/**
 * Products of small matrices without packing: c = a b or c += a b, with any strides of {@code a}.
 *
 * <p>Each element of {@code c} sums its products in the order of the inner dimension, with fused
 * multiply-adds. Its bits do not depend on the number of rows and columns that are computed
 * together or on a split of the inner dimension. Addresses and strides are in bytes.
 */
public final class SmallProducts {
  private SmallProducts() {}

  /** Overwrites {@code c} with a product; operands as in {@link #add}. */
  public static void set(
      long c,
      long cRow,
      int rows,
      int columns,
      long a,
      long aRow,
      long aStep,
      int depth,
      long b,
      long bRow) {
    run(Mode.SET, c, cRow, rows, columns, a, aRow, aStep, depth, b, bRow);
  }

  /**
   * Adds a product.
   *
   * @param c (rows, columns), rows {@code cRow} apart
   * @param a (rows, depth), rows {@code aRow} and columns {@code aStep} apart
   * @param b (depth, columns), rows {@code bRow} apart
   */
  public static void add(
      long c,
      long cRow,
      int rows,
      int columns,
      long a,
      long aRow,
      long aStep,
      int depth,
      long b,
      long bRow) {
    run(Mode.CONTINUE, c, cRow, rows, columns, a, aRow, aStep, depth, b, bRow);
  }

  private static void run(
      Mode mode,
      long c,
      long cRow,
      int rows,
      int columns,
      long a,
      long aRow,
      long aStep,
      int depth,
      long b,
      long bRow) {
    ProductKernels.BEST.run(
        new TileProduct(
            rows,
            columns,
            depth,
            a,
            aRow,
            aStep,
            b,
            bRow,
            PackedPanels.ROW_BYTES,
            mode,
            0,
            0,
            c,
            cRow));
  }
}
