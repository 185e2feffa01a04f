package io.troupe.tensor.cpu;

import static io.troupe.tensor.Memory.ALL;
import static io.troupe.tensor.cpu.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.VectorMath.SPECIES;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * One FLOAT32 product {@code out (m, n) = a (m, k) b (k, n)}, with {@code b} in packed panels. Any
 * tile of {@code out} can be computed by itself.
 *
 * <p>The order of additions of an element is fixed by k alone: k is cut into blocks, the products
 * of a block are summed from zero with fused multiply-adds in order, and the sums of the blocks are
 * added in order to what the element starts with (zero, the bias, or the old contents). Neither
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
record Product(
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
  static final int MAX_PANELS = 4;

  /** Rows that the tallest kernel takes. */
  static final int MAX_ROWS = SPECIES.length() >= 16 ? 12 : 6;

  /** A panel of so many rows, and the rows that meet it, stay in the second cache. */
  private static final int MAX_K_BLOCK = 384;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** The length of the blocks into which k is cut. */
  static int kBlock(int k) {
    int blocks = Math.max(1, (k + MAX_K_BLOCK - 1) / MAX_K_BLOCK);
    return Math.max(1, (k + blocks - 1) / blocks);
  }

  /** Computes rows {@code [rowFrom, rowTo)} of the columns of panels {@code [from, to)}. */
  void tile(int rowFrom, int rowTo, int from, int to) {
    long edge = ProductScratch.ofThread().edge();
    for (int kFrom = 0; kFrom < k || kFrom == 0; kFrom += kBlock) {
      for (int panel = from; panel < to; panel += MAX_PANELS) {
        int end = Math.min(panel + MAX_PANELS, to);
        int row = tallRows(rowFrom, rowTo, panel, end, kFrom, edge);
        leftOverRows(row, rowTo, panel, end, kFrom, edge);
      }
    }
  }

  private int tallRows(int rowFrom, int rowTo, int from, int to, int kFrom, long edge) {
    int end = rowTo - (rowTo - rowFrom) % MAX_ROWS;
    for (int panel = from; panel < to; panel++) {
      for (int row = rowFrom; row < end; row += MAX_ROWS) {
        block(MAX_ROWS, row, panel, panel + 1, kFrom, edge);
      }
    }
    return end;
  }

  private void leftOverRows(int rowFrom, int rowTo, int from, int to, int kFrom, long edge) {
    for (int row = rowFrom; row < rowTo; ) {
      int rows = rowsAtOnce(rowTo - row);
      int panels = rows == 4 ? 2 : MAX_PANELS;
      for (int panel = from; panel < to; panel += panels) {
        block(rows, row, panel, Math.min(panel + panels, to), kFrom, edge);
      }
      row += rows;
    }
  }

  /** Two or four rows at once take more registers than narrow vectors come with. */
  private static int rowsAtOnce(int left) {
    if (MAX_ROWS < 12 || left == 1) {
      return 1;
    }
    return left >= 4 ? 4 : 2;
  }

  /** One call of a kernel, for panels {@code [from, to)}. */
  private void block(int rows, int row, int from, int to, int kFrom, long edge) {
    int column = from * COLUMNS;
    int columns = Math.min(n - column, (to - from) * COLUMNS);
    int wide = rows == MAX_ROWS ? 1 : rows == 4 ? 2 : MAX_PANELS;
    long target = out + row * outRow + (long) column * Float.BYTES;
    long start = target;
    long startRow = outRow;
    if (kFrom == 0 && !accumulate) {
      start = bias == 0 ? ProductScratch.ZEROS : bias + (long) column * Float.BYTES;
      startRow = 0;
    }
    if (columns == wide * COLUMNS) {
      kernel(rows, row, from, to - 1, kFrom, target, outRow, start, startRow);
    } else {
      kernel(
          rows, row, from, to - 1, kFrom, edge, ProductScratch.EDGE_ROW, ProductScratch.ZEROS, 0);
      boolean zero = start == ProductScratch.ZEROS;
      merge(rows, columns, target, edge, start, zero);
    }
  }

  /** Adds the part of the edge that lies inside the product. */
  private void merge(int rows, int columns, long target, long edge, long start, boolean zero) {
    long startRow = start == target ? outRow : 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j += SPECIES.length()) {
        VectorMask<Float> inside = SPECIES.indexInRange(j, columns);
        long at = (long) j * Float.BYTES;
        FloatVector sum =
            FloatVector.fromMemorySegment(
                SPECIES, ALL, edge + i * ProductScratch.EDGE_ROW + at, ORDER);
        FloatVector first =
            zero
                ? FloatVector.zero(SPECIES)
                : FloatVector.fromMemorySegment(
                    SPECIES, ALL, start + i * startRow + at, ORDER, inside);
        sum.add(first).intoMemorySegment(ALL, target + i * outRow + at, ORDER, inside);
      }
    }
  }

  /** Calls the kernel of so many rows; panels that are missing repeat the last one. */
  private void kernel(
      int rows,
      int row,
      int first,
      int last,
      int kFrom,
      long target,
      long targetRow,
      long start,
      long startRow) {
    int length = Math.min(kBlock, k - kFrom);
    long x = a + row * aRow + kFrom * aStep;
    long b0 = panel(first, kFrom);
    switch (rows) {
      case 12 -> TileKernels.twelve(length, x, aRow, aStep, b0, target, targetRow, start, startRow);
      case 6 -> TileKernels.six(length, x, aRow, aStep, b0, target, targetRow, start, startRow);
      case 4 -> {
        long b1 = panel(Math.min(first + 1, last), kFrom);
        RowKernels.four(length, x, aRow, aStep, b0, b1, target, targetRow, start, startRow);
      }
      default -> {
        long b1 = panel(Math.min(first + 1, last), kFrom);
        long b2 = panel(Math.min(first + 2, last), kFrom);
        long b3 = panel(last, kFrom);
        if (rows == 2) {
          RowKernels.two(
              length, x, aRow, aStep, b0, b1, b2, b3, target, targetRow, start, startRow);
        } else {
          RowKernels.one(length, x, aStep, b0, b1, b2, b3, target, start);
        }
      }
    }
  }

  private long panel(int index, int kFrom) {
    return panels + ((long) index * k + kFrom) * ROW_BYTES;
  }
}
