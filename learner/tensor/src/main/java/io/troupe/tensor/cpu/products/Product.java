package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.vectors.VectorMath.SPECIES;
import static io.troupe.tensor.memory.Memory.ALL;

import io.troupe.tensor.memory.Memory;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * One FLOAT32 product {@code out (m, n) = a (m, k) b (k, n)}, with {@code b} in packed panels. Any
 * tile of {@code out} can be computed by itself.
 *
 * <p>The order of additions of an element depends on k alone: k is split into blocks, the products
 * of a block are summed from zero with fused multiply-adds in order, and the sums of the blocks are
 * added in order to the initial value of the element (zero, the bias, or the old contents). Neither
 * tiles nor kernels change it.
 *
 * @param kBlock length of the blocks of k, from {@link #kBlock(int)} of the whole product
 * @param a address of the left operand; {@code aRow} bytes from one row to the next, {@code aStep}
 *     bytes from one k to the next
 * @param panels address of {@code b} as {@link PackedPanels} lays it out, k rows to a panel
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
    long panels,
    long out,
    long outRow,
    long bias,
    boolean accumulate) {

  /** Panels that the widest kernel takes. */
  public static final int MAX_PANELS = 4;

  /** Rows that the tallest kernel takes. */
  public static final int MAX_ROWS = SPECIES.length() >= 16 ? 12 : 6;

  /** A panel of so many rows, and the rows that meet it, stay in the second cache. */
  private static final int MAX_K_BLOCK = 384;

  /** From so many rows and panels on, copying the rows of a tile costs less than it saves. */
  private static final int DENSE_ROWS = 24;

  private static final int DENSE_PANELS = 8;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** The length of the blocks of k. */
  public static int kBlock(int k) {
    int blocks = Math.max(1, (k + MAX_K_BLOCK - 1) / MAX_K_BLOCK);
    return Math.max(1, (k + blocks - 1) / blocks);
  }

  /** Computes rows {@code [rowFrom, rowTo)} of the columns of panels {@code [from, to)}. */
  public void tile(int rowFrom, int rowTo, int from, int to) {
    ProductScratch scratch = ProductScratch.ofThread();
    boolean dense = rowTo - rowFrom >= DENSE_ROWS && to - from >= DENSE_PANELS;
    for (int kFrom = 0; kFrom < k || kFrom == 0; kFrom += kBlock) {
      Product product = dense ? withDenseRows(rowFrom, rowTo, kFrom, scratch) : this;
      product.blockOfK(rowFrom, rowTo, from, to, kFrom, scratch.sums());
    }
  }

  private void blockOfK(int rowFrom, int rowTo, int from, int to, int kFrom, long sums) {
    for (int panel = from; panel < to; panel += MAX_PANELS) {
      int end = Math.min(panel + MAX_PANELS, to);
      int row = tallRows(rowFrom, rowTo, panel, end, kFrom, sums);
      leftOverRows(row, rowTo, panel, end, kFrom, sums);
    }
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
    for (int line = 0; line < lines; line++) {
      Memory.copy(copy + line * stride, source + line * (transposed ? aStep : aRow), lineBytes);
    }
    long row = transposed ? aRow : stride;
    long step = transposed ? stride : aStep;
    long start = copy - rowFrom * row - kFrom * step;
    return new Product(m, n, k, kBlock, start, row, step, panels, out, outRow, bias, accumulate);
  }

  private int tallRows(int rowFrom, int rowTo, int from, int to, int kFrom, long sums) {
    int end = rowTo - (rowTo - rowFrom) % MAX_ROWS;
    for (int panel = from; panel < to; panel++) {
      for (int row = rowFrom; row < end; row += MAX_ROWS) {
        block(MAX_ROWS, row, panel, panel + 1, kFrom, sums);
      }
    }
    return end;
  }

  private void leftOverRows(int rowFrom, int rowTo, int from, int to, int kFrom, long sums) {
    for (int row = rowFrom; row < rowTo; ) {
      int rows = rowsAtOnce(rowTo - row);
      int panels = rows == 4 ? 2 : MAX_PANELS;
      for (int panel = from; panel < to; panel += panels) {
        block(rows, row, panel, Math.min(panel + panels, to), kFrom, sums);
      }
      row += rows;
    }
  }

  /** Two or four rows at once take more registers than narrow vectors come with. */
  static int rowsAtOnce(int left) {
    if (MAX_ROWS < 12 || left == 1) {
      return 1;
    }
    return left >= 4 ? 4 : 2;
  }

  /** One call of a kernel, for panels {@code [from, to)}. */
  private void block(int rows, int row, int from, int to, int kFrom, long sums) {
    int column = from * COLUMNS;
    int columns = Math.min(n - column, (to - from) * COLUMNS);
    long target = out + row * outRow + (long) column * Float.BYTES;
    kernel(rows, row, from, to - 1, kFrom, sums);
    if (kFrom > 0 || accumulate) {
      finish(rows, columns, sums, target, outRow, target);
    } else if (bias != 0) {
      finish(rows, columns, sums, bias + (long) column * Float.BYTES, 0, target);
    } else {
      finish(rows, columns, sums, ProductScratch.ZEROS, 0, target);
    }
  }

  /** Adds the sums to the old contents of their elements. */
  private void finish(int rows, int columns, long sums, long before, long beforeRow, long target) {
    int whole = SPECIES.loopBound(columns);
    for (int i = 0; i < rows; i++) {
      long sum = sums + i * ProductScratch.SUMS_ROW_BYTES;
      long from = before + i * beforeRow;
      long to = target + i * outRow;
      for (int j = 0; j < whole; j += SPECIES.length()) {
        long at = (long) j * Float.BYTES;
        FloatVector.fromMemorySegment(SPECIES, ALL, from + at, ORDER)
            .add(FloatVector.fromMemorySegment(SPECIES, ALL, sum + at, ORDER))
            .intoMemorySegment(ALL, to + at, ORDER);
      }
      for (int j = whole; j < columns; j++) {
        long at = (long) j * Float.BYTES;
        Memory.setFloat(to + at, Memory.getFloat(from + at) + Memory.getFloat(sum + at));
      }
    }
  }

  /** Calls the kernel of so many rows; panels that are missing repeat the last one. */
  private void kernel(int rows, int row, int first, int last, int kFrom, long sums) {
    sums(
        rows,
        Math.min(kBlock, k - kFrom),
        a + row * aRow + kFrom * aStep,
        aRow,
        aStep,
        panel(first, kFrom),
        panel(Math.min(first + 1, last), kFrom),
        panel(Math.min(first + 2, last), kFrom),
        panel(last, kFrom),
        sums);
  }

  /**
   * The sums of so many rows: of 12, 8 or 6 with one panel, of 4 with two, of 2 or 1 with four,
   * side by side.
   */
  static void sums(
      int rows,
      int length,
      long x,
      long aRow,
      long aStep,
      long b0,
      long b1,
      long b2,
      long b3,
      long sums) {
    switch (rows) {
      case 12 -> TileKernels.twelve(length, x, aRow, aStep, b0, sums);
      case 8 -> TileKernels.eight(length, x, aRow, aStep, b0, sums);
      case 6 -> TileKernels.six(length, x, aRow, aStep, b0, sums);
      case 4 -> RowKernels.four(length, x, aRow, aStep, b0, b1, sums);
      case 2 -> RowKernels.two(length, x, aRow, aStep, b0, b1, b2, b3, sums);
      default -> RowKernels.one(length, x, aStep, b0, b1, b2, b3, sums);
    }
  }

  private long panel(int index, int kFrom) {
    return panels + ((long) index * k + kFrom) * ROW_BYTES;
  }
}
