package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.vectors.Lanes.all;
import static io.troupe.tensor.cpu.vectors.Lanes.load;
import static io.troupe.tensor.cpu.vectors.Lanes.store;

import io.troupe.tensor.cpu.products.TileShape.Mode;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;

/**
 * Products of small matrices without packing: c = a b or c += a b, with any strides of {@code a}.
 *
 * <p>Each element of {@code c} sums its products in the order of the inner dimension, with fused
 * multiply-adds. Its bits do not depend on the number of rows and columns that are computed
 * together or on a split of the inner dimension. Addresses and strides are in bytes.
 */
public final class SmallProducts {
  private static final long WIDTH = (long) Lanes.COUNT * Float.BYTES;

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

  private static FloatVector repeat(long address) {
    return all(Memory.getFloat(address));
  }

  /** Four rows of two neighboring vectors, whose columns of {@code b} may be apart. */
  public static void fourByTwo(
      long c, long cRow, long a, long aRow, long aStep, int depth, long b0, long b1, long bRow) {
    long c1 = c + cRow;
    long c2 = c1 + cRow;
    long c3 = c2 + cRow;
    FloatVector s00 = load(c);
    FloatVector s01 = load(c + WIDTH);
    FloatVector s10 = load(c1);
    FloatVector s11 = load(c1 + WIDTH);
    FloatVector s20 = load(c2);
    FloatVector s21 = load(c2 + WIDTH);
    FloatVector s30 = load(c3);
    FloatVector s31 = load(c3 + WIDTH);
    for (int i = 0; i < depth; i++) {
      FloatVector y0 = load(b0);
      FloatVector y1 = load(b1);
      FloatVector x = repeat(a);
      s00 = x.fma(y0, s00);
      s01 = x.fma(y1, s01);
      x = repeat(a + aRow);
      s10 = x.fma(y0, s10);
      s11 = x.fma(y1, s11);
      x = repeat(a + 2 * aRow);
      s20 = x.fma(y0, s20);
      s21 = x.fma(y1, s21);
      x = repeat(a + 3 * aRow);
      s30 = x.fma(y0, s30);
      s31 = x.fma(y1, s31);
      a += aStep;
      b0 += bRow;
      b1 += bRow;
    }
    store(s00, c);
    store(s01, c + WIDTH);
    store(s10, c1);
    store(s11, c1 + WIDTH);
    store(s20, c2);
    store(s21, c2 + WIDTH);
    store(s30, c3);
    store(s31, c3 + WIDTH);
  }

  /** One row of four neighboring vectors, whose columns of {@code b} may be apart. */
  public static void oneByFour(
      long c, long a, long aStep, int depth, long b0, long b1, long b2, long b3, long bRow) {
    FloatVector s0 = load(c);
    FloatVector s1 = load(c + WIDTH);
    FloatVector s2 = load(c + 2 * WIDTH);
    FloatVector s3 = load(c + 3 * WIDTH);
    long at = 0;
    for (int i = 0; i < depth; i++) {
      FloatVector x = repeat(a);
      s0 = x.fma(load(b0 + at), s0);
      s1 = x.fma(load(b1 + at), s1);
      s2 = x.fma(load(b2 + at), s2);
      s3 = x.fma(load(b3 + at), s3);
      a += aStep;
      at += bRow;
    }
    store(s0, c);
    store(s1, c + WIDTH);
    store(s2, c + 2 * WIDTH);
    store(s3, c + 3 * WIDTH);
  }
}
