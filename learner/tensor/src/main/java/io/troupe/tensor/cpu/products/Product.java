package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.vectors.VectorMath.SPECIES;

import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.products.TileShape.Mode;

/**
 * One FLOAT32 product {@code out (m, n) = a (m, k) b (k, n)}, with {@code b} in packed panels or
 * with adjacent columns. Any tile of {@code out} can be computed by itself.
 *
 * <p>The order of additions of an element depends on k alone: k is split into blocks, the products
 * of a block are summed from zero with fused multiply-adds in order, and the sums of the blocks are
 * added in order to the initial value of the element (zero, the bias, or the old contents). Neither
 * tiles nor kernels change it.
 *
 * @param kBlock length of the blocks of k, from {@link #kBlock(int)} of the whole product
 * @param a address of the left operand; {@code aRow} bytes from one row to the next, {@code aStep}
 *     bytes from one k to the next
 * @param b address of the right operand; {@code bStep} bytes from one k to the next, {@code bPanel}
 *     from one panel of {@link PackedPanels#COLUMNS} adjacent columns to the next
 * @param out address of the result, with {@code outRow} bytes from one row to the next
 * @param bias address of n elements that every row starts with, or 0
 * @param accumulate whether elements start with the contents of {@code out}; excludes a bias
 */
public record Product(
    int m,
    int n,
    int k,
    int kBlock,
    long a,
    long aRow,
    long aStep,
    long b,
    long bStep,
    long bPanel,
    long out,
    long outRow,
    long bias,
    boolean accumulate) {

  /** Vectors that the widest kernel takes. */
  static final int MAX_VECTORS = 8;

  /** Panels that the widest kernel takes. */
  static final int MAX_PANELS = MAX_VECTORS / 2;

  /** Parts of products have a multiple of so many rows. */
  public static final int MAX_ROWS = SPECIES.length() >= 16 ? 12 : 6;

  /** A panel of so many rows, and the rows that meet it, stay in the second cache. */
  private static final int MAX_K_BLOCK = 384;

  /**
   * Up to so many rows, the right operand is read from front to back, through all blocks of k: it
   * usually comes from memory.
   */
  private static final int STREAMED_ROWS = 32;

  /** From so many rows and panels on, copying the rows of a tile costs less than it saves. */
  private static final int DENSE_ROWS = 24;

  private static final int DENSE_PANELS = 8;

  /** A product with {@code b} as {@link PackedPanels} lays it out. */
  public Product(
      int m,
      int n,
      int k,
      int kBlock,
      long a,
      long aRow,
      long aStep,
      long panels,
      long out,
      long outRow,
      long bias,
      boolean accumulate) {
    this(
        m,
        n,
        k,
        kBlock,
        a,
        aRow,
        aStep,
        panels,
        ROW_BYTES,
        (long) k * ROW_BYTES,
        out,
        outRow,
        bias,
        accumulate);
  }

  /** The length of the blocks of k. */
  public static int kBlock(int k) {
    int blocks = Math.max(1, (k + MAX_K_BLOCK - 1) / MAX_K_BLOCK);
    return Math.max(1, (k + blocks - 1) / blocks);
  }

  /** Computes rows {@code [rowFrom, rowTo)} of the columns of panels {@code [from, to)}. */
  public void tile(int rowFrom, int rowTo, int from, int to) {
    int rows = rowTo - rowFrom;
    if (rows <= STREAMED_ROWS && kBlock < k) {
      int group = ProductKernels.BEST.panels(rows, false);
      for (int panel = from; panel < to; panel += group) {
        int end = Math.min(panel + group, to);
        long next = end < to ? b + end * bPanel : 0;
        blocksOfK(rowFrom, rowTo, panel, end, false, next);
      }
      return;
    }
    int enough = aRow == Float.BYTES ? DENSE_PANELS / 4 : DENSE_PANELS;
    blocksOfK(rowFrom, rowTo, from, to, rows >= DENSE_ROWS && to - from >= enough, 0);
  }

  /**
   * Computes all blocks of k, one after the other.
   *
   * @param isDense whether to copy the rows of the left operand
   * @param next where the right operand is read after them, or 0
   */
  private void blocksOfK(int rowFrom, int rowTo, int from, int to, boolean isDense, long next) {
    ProductScratch scratch = ProductScratch.ofThread();
    for (int kFrom = 0; kFrom < k || kFrom == 0; kFrom += kBlock) {
      Product product = isDense ? withDenseRows(rowFrom, rowTo, kFrom, scratch) : this;
      int kNext = kFrom + kBlock;
      product.blockOfK(
          rowFrom, rowTo, from, to, kFrom, kNext < k ? b + from * bPanel + kNext * bStep : next);
    }
  }

  private void blockOfK(int rowFrom, int rowTo, int from, int to, int kFrom, long next) {
    int column = from * COLUMNS;
    long target = out + rowFrom * outRow + (long) column * Float.BYTES;
    boolean isAdded = kFrom > 0 || accumulate;
    boolean isBiased = !isAdded && bias != 0;
    ProductKernels.BEST.run(
        new TileProduct(
            rowTo - rowFrom,
            Math.min(n, to * COLUMNS) - column,
            Math.min(kBlock, k - kFrom),
            a + rowFrom * aRow + kFrom * aStep,
            aRow,
            aStep,
            b + from * bPanel + kFrom * bStep,
            bStep,
            bPanel,
            isAdded || isBiased ? Mode.ADD : Mode.SET,
            isBiased ? bias + (long) column * Float.BYTES : target,
            isBiased ? 0 : outRow,
            target,
            outRow,
            next,
            0));
  }

  /**
   * The same product with one block of the left operand copied so that its rows are close together:
   * at a distance of a power of two they would push each other out of the caches.
   */
  private Product withDenseRows(int rowFrom, int rowTo, int kFrom, ProductScratch scratch) {
    int length = Math.min(kBlock, k - kFrom);
    boolean transposed = aRow == Float.BYTES;
    int lines = transposed ? length : rowTo - rowFrom;
    long lineBytes = (long) Float.BYTES * (transposed ? rowTo - rowFrom : length);
    long stride = lineBytes + 64;
    long copy = scratch.rows(lines * stride);
    long source = a + rowFrom * aRow + kFrom * aStep;
    long apart = transposed ? aStep : aRow;
    MatrixRows.copy(source, apart, lines, (int) (lineBytes / Float.BYTES), copy, stride);
    long row = transposed ? aRow : stride;
    long step = transposed ? stride : aStep;
    long start = copy - rowFrom * row - kFrom * step;
    return new Product(
        m, n, k, kBlock, start, row, step, b, bStep, bPanel, out, outRow, bias, accumulate);
  }
}
