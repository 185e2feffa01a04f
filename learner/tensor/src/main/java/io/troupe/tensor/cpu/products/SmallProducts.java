package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.vectors.Lanes.all;
import static io.troupe.tensor.cpu.vectors.Lanes.load;
import static io.troupe.tensor.cpu.vectors.Lanes.store;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Products of small matrices without packing: c += a b, with any strides of {@code a}.
 *
 * <p>Each element of {@code c} sums its products in the order of the inner dimension, with fused
 * multiply-adds. Its bits do not depend on the number of rows and columns that are computed
 * together or on a split of the inner dimension. Addresses and strides are in bytes.
 */
public final class SmallProducts {
  private static final int LANES = Lanes.COUNT;
  private static final long WIDTH = (long) LANES * Float.BYTES;

  private SmallProducts() {}

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
    int fours = rows & -4;
    if (fours > 0) {
      addFours(c, cRow, fours, columns, a, aRow, aStep, depth, b, bRow);
    }
    for (int row = fours; row < rows; row++) {
      addRow(c + row * cRow, columns, a + row * aRow, aStep, depth, b, bRow);
    }
  }

  /** Adds a product of a multiple of four rows. */
  private static void addFours(
      long c,
      long cRow,
      int fours,
      int columns,
      long a,
      long aRow,
      long aStep,
      int depth,
      long b,
      long bRow) {
    int column = 0;
    int vectors = columns / LANES;
    int pairs = vectors >= 3 && vectors % 2 == 1 ? (vectors - 3) / 2 : vectors / 2;
    for (; column < pairs * 2 * LANES; column += 2 * LANES) {
      long at = 4L * column;
      for (int row = 0; row < fours; row += 4) {
        fourByTwo(
            c + row * cRow + at,
            cRow,
            a + row * aRow,
            aRow,
            aStep,
            depth,
            b + at,
            b + at + WIDTH,
            bRow);
      }
    }
    if (column + 3 * LANES <= columns) {
      long at = 4L * column;
      for (int row = 0; row < fours; row += 4) {
        fourByThree(c + row * cRow + at, cRow, a + row * aRow, aRow, aStep, depth, b + at, bRow);
      }
      column += 3 * LANES;
    }
    if (column < columns) {
      addNarrow(c, cRow, fours, column, columns, a, aRow, aStep, depth, b, bRow);
    }
  }

  /** The columns after the last pair of vectors, of a multiple of four rows. */
  private static void addNarrow(
      long c,
      long cRow,
      int rows,
      int column,
      int columns,
      long a,
      long aRow,
      long aStep,
      int depth,
      long b,
      long bRow) {
    for (; column < columns; column += LANES) {
      long at = 4L * column;
      int row = 0;
      if (column + LANES <= columns) {
        for (; row + 8 <= rows; row += 8) {
          eightByOne(c + row * cRow + at, cRow, a + row * aRow, aRow, aStep, depth, b + at, bRow);
        }
        for (; row < rows; row++) {
          oneByOne(c + row * cRow + at, a + row * aRow, aStep, depth, b + at, bRow);
        }
      } else {
        VectorMask<Float> lanes = Lanes.first(columns - column);
        for (; row < rows; row += 4) {
          fourByOne(
              c + row * cRow + at, cRow, a + row * aRow, aRow, aStep, depth, b + at, bRow, lanes);
        }
      }
    }
  }

  /** Adds a product of one row. */
  private static void addRow(
      long c, int columns, long a, long aStep, int depth, long b, long bRow) {
    int column = 0;
    for (; column + 4 * LANES <= columns; column += 4 * LANES) {
      long at = b + 4L * column;
      oneByFour(
          c + 4L * column, a, aStep, depth, at, at + WIDTH, at + 2 * WIDTH, at + 3 * WIDTH, bRow);
    }
    if (column + 3 * LANES <= columns) {
      oneByThree(c + 4L * column, a, aStep, depth, b + 4L * column, bRow);
      column += 3 * LANES;
    }
    if (column + 2 * LANES <= columns) {
      oneByTwo(c + 4L * column, a, aStep, depth, b + 4L * column, bRow);
      column += 2 * LANES;
    }
    if (column + LANES <= columns) {
      oneByOne(c + 4L * column, a, aStep, depth, b + 4L * column, bRow);
      column += LANES;
    }
    if (column < columns) {
      VectorMask<Float> lanes = Lanes.first(columns - column);
      oneByOne(c + 4L * column, a, aStep, depth, b + 4L * column, bRow, lanes);
    }
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

  /** Four rows of three vectors. */
  private static void fourByThree(
      long c, long cRow, long a, long aRow, long aStep, int depth, long b, long bRow) {
    long c1 = c + cRow;
    long c2 = c1 + cRow;
    long c3 = c2 + cRow;
    FloatVector s00 = load(c);
    FloatVector s01 = load(c + WIDTH);
    FloatVector s02 = load(c + 2 * WIDTH);
    FloatVector s10 = load(c1);
    FloatVector s11 = load(c1 + WIDTH);
    FloatVector s12 = load(c1 + 2 * WIDTH);
    FloatVector s20 = load(c2);
    FloatVector s21 = load(c2 + WIDTH);
    FloatVector s22 = load(c2 + 2 * WIDTH);
    FloatVector s30 = load(c3);
    FloatVector s31 = load(c3 + WIDTH);
    FloatVector s32 = load(c3 + 2 * WIDTH);
    for (int i = 0; i < depth; i++) {
      FloatVector y0 = load(b);
      FloatVector y1 = load(b + WIDTH);
      FloatVector y2 = load(b + 2 * WIDTH);
      FloatVector x = repeat(a);
      s00 = x.fma(y0, s00);
      s01 = x.fma(y1, s01);
      s02 = x.fma(y2, s02);
      x = repeat(a + aRow);
      s10 = x.fma(y0, s10);
      s11 = x.fma(y1, s11);
      s12 = x.fma(y2, s12);
      x = repeat(a + 2 * aRow);
      s20 = x.fma(y0, s20);
      s21 = x.fma(y1, s21);
      s22 = x.fma(y2, s22);
      x = repeat(a + 3 * aRow);
      s30 = x.fma(y0, s30);
      s31 = x.fma(y1, s31);
      s32 = x.fma(y2, s32);
      a += aStep;
      b += bRow;
    }
    store(s00, c);
    store(s01, c + WIDTH);
    store(s02, c + 2 * WIDTH);
    store(s10, c1);
    store(s11, c1 + WIDTH);
    store(s12, c1 + 2 * WIDTH);
    store(s20, c2);
    store(s21, c2 + WIDTH);
    store(s22, c2 + 2 * WIDTH);
    store(s30, c3);
    store(s31, c3 + WIDTH);
    store(s32, c3 + 2 * WIDTH);
  }

  /** Eight rows of one vector. */
  static void eightByOne(
      long c, long cRow, long a, long aRow, long aStep, int depth, long b, long bRow) {
    long c4 = c + 4 * cRow;
    FloatVector s0 = load(c);
    FloatVector s1 = load(c + cRow);
    FloatVector s2 = load(c + 2 * cRow);
    FloatVector s3 = load(c + 3 * cRow);
    FloatVector s4 = load(c4);
    FloatVector s5 = load(c4 + cRow);
    FloatVector s6 = load(c4 + 2 * cRow);
    FloatVector s7 = load(c4 + 3 * cRow);
    for (int i = 0; i < depth; i++) {
      FloatVector y = load(b);
      long a4 = a + 4 * aRow;
      s0 = repeat(a).fma(y, s0);
      s1 = repeat(a + aRow).fma(y, s1);
      s2 = repeat(a + 2 * aRow).fma(y, s2);
      s3 = repeat(a + 3 * aRow).fma(y, s3);
      s4 = repeat(a4).fma(y, s4);
      s5 = repeat(a4 + aRow).fma(y, s5);
      s6 = repeat(a4 + 2 * aRow).fma(y, s6);
      s7 = repeat(a4 + 3 * aRow).fma(y, s7);
      a += aStep;
      b += bRow;
    }
    store(s0, c);
    store(s1, c + cRow);
    store(s2, c + 2 * cRow);
    store(s3, c + 3 * cRow);
    store(s4, c4);
    store(s5, c4 + cRow);
    store(s6, c4 + 2 * cRow);
    store(s7, c4 + 3 * cRow);
  }

  /** Four rows of some lanes of one vector. */
  private static void fourByOne(
      long c,
      long cRow,
      long a,
      long aRow,
      long aStep,
      int depth,
      long b,
      long bRow,
      VectorMask<Float> lanes) {
    FloatVector s0 = load(c, lanes);
    FloatVector s1 = load(c + cRow, lanes);
    FloatVector s2 = load(c + 2 * cRow, lanes);
    FloatVector s3 = load(c + 3 * cRow, lanes);
    for (int i = 0; i < depth; i++) {
      FloatVector y = load(b, lanes);
      s0 = repeat(a).fma(y, s0);
      s1 = repeat(a + aRow).fma(y, s1);
      s2 = repeat(a + 2 * aRow).fma(y, s2);
      s3 = repeat(a + 3 * aRow).fma(y, s3);
      a += aStep;
      b += bRow;
    }
    store(s0, c, lanes);
    store(s1, c + cRow, lanes);
    store(s2, c + 2 * cRow, lanes);
    store(s3, c + 3 * cRow, lanes);
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

  /** One row of three vectors. */
  private static void oneByThree(long c, long a, long aStep, int depth, long b, long bRow) {
    FloatVector s0 = load(c);
    FloatVector s1 = load(c + WIDTH);
    FloatVector s2 = load(c + 2 * WIDTH);
    for (int i = 0; i < depth; i++) {
      FloatVector x = repeat(a);
      s0 = x.fma(load(b), s0);
      s1 = x.fma(load(b + WIDTH), s1);
      s2 = x.fma(load(b + 2 * WIDTH), s2);
      a += aStep;
      b += bRow;
    }
    store(s0, c);
    store(s1, c + WIDTH);
    store(s2, c + 2 * WIDTH);
  }

  /** One row of two vectors. */
  private static void oneByTwo(long c, long a, long aStep, int depth, long b, long bRow) {
    FloatVector s0 = load(c);
    FloatVector s1 = load(c + WIDTH);
    for (int i = 0; i < depth; i++) {
      FloatVector x = repeat(a);
      s0 = x.fma(load(b), s0);
      s1 = x.fma(load(b + WIDTH), s1);
      a += aStep;
      b += bRow;
    }
    store(s0, c);
    store(s1, c + WIDTH);
  }

  /** One row of one vector. */
  static void oneByOne(long c, long a, long aStep, int depth, long b, long bRow) {
    FloatVector s = load(c);
    for (int i = 0; i < depth; i++) {
      s = repeat(a).fma(load(b), s);
      a += aStep;
      b += bRow;
    }
    store(s, c);
  }

  /** One row of some lanes of one vector. */
  private static void oneByOne(
      long c, long a, long aStep, int depth, long b, long bRow, VectorMask<Float> lanes) {
    FloatVector s = load(c, lanes);
    for (int i = 0; i < depth; i++) {
      s = repeat(a).fma(load(b, lanes), s);
      a += aStep;
      b += bRow;
    }
    store(s, c, lanes);
  }
}
