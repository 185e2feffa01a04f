package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;
import static io.troupe.tensor.cpu.products.PackedPanels.VECTOR_BYTES;
import static io.troupe.tensor.cpu.products.ProductScratch.SUMS_ROW_BYTES;
import static io.troupe.tensor.cpu.vectors.VectorMath.SPECIES;
import static io.troupe.tensor.memory.Memory.ALL;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * As {@link TileKernels}, for the rows that are left over and for decoding, which multiplies only a
 * few rows: several panels at once, because the additions of one element wait for each other. The
 * sums of the panels are adjacent; a panel may be given twice if there are not enough.
 */
final class RowKernels {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Four rows and two panels, whose sums are adjacent. */
  static void four(int k, long a, long aRow, long aStep, long b0, long b1, long sums) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c0x0 = zero;
    FloatVector c0x1 = zero;
    FloatVector c0x2 = zero;
    FloatVector c0x3 = zero;
    FloatVector c1x0 = zero;
    FloatVector c1x1 = zero;
    FloatVector c1x2 = zero;
    FloatVector c1x3 = zero;
    FloatVector c2x0 = zero;
    FloatVector c2x1 = zero;
    FloatVector c2x2 = zero;
    FloatVector c2x3 = zero;
    FloatVector c3x0 = zero;
    FloatVector c3x1 = zero;
    FloatVector c3x2 = zero;
    FloatVector c3x3 = zero;
    long a1 = a + aRow;
    long a2 = a + 2 * aRow;
    long a3 = a + 3 * aRow;
    long bAt = 0;
    long aAt = 0;
    for (int p = 0; p < k; p++) {
      FloatVector y0 = FloatVector.fromMemorySegment(SPECIES, ALL, b0 + bAt, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(SPECIES, ALL, b0 + bAt + VECTOR_BYTES, ORDER);
      FloatVector y2 = FloatVector.fromMemorySegment(SPECIES, ALL, b1 + bAt, ORDER);
      FloatVector y3 = FloatVector.fromMemorySegment(SPECIES, ALL, b1 + bAt + VECTOR_BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a + aAt));
      c0x0 = y0.fma(x, c0x0);
      c0x1 = y1.fma(x, c0x1);
      c0x2 = y2.fma(x, c0x2);
      c0x3 = y3.fma(x, c0x3);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a1 + aAt));
      c1x0 = y0.fma(x, c1x0);
      c1x1 = y1.fma(x, c1x1);
      c1x2 = y2.fma(x, c1x2);
      c1x3 = y3.fma(x, c1x3);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a2 + aAt));
      c2x0 = y0.fma(x, c2x0);
      c2x1 = y1.fma(x, c2x1);
      c2x2 = y2.fma(x, c2x2);
      c2x3 = y3.fma(x, c2x3);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a3 + aAt));
      c3x0 = y0.fma(x, c3x0);
      c3x1 = y1.fma(x, c3x1);
      c3x2 = y2.fma(x, c3x2);
      c3x3 = y3.fma(x, c3x3);
      aAt += aStep;
      bAt += ROW_BYTES;
    }
    c0x0.intoMemorySegment(ALL, sums, ORDER);
    c0x1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
    c0x2.intoMemorySegment(ALL, sums + 2 * VECTOR_BYTES, ORDER);
    c0x3.intoMemorySegment(ALL, sums + 3 * VECTOR_BYTES, ORDER);
    c1x0.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES, ORDER);
    c1x1.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c1x2.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + 2 * VECTOR_BYTES, ORDER);
    c1x3.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + 3 * VECTOR_BYTES, ORDER);
    c2x0.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES, ORDER);
    c2x1.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c2x2.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES + 2 * VECTOR_BYTES, ORDER);
    c2x3.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES + 3 * VECTOR_BYTES, ORDER);
    c3x0.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES, ORDER);
    c3x1.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c3x2.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES + 2 * VECTOR_BYTES, ORDER);
    c3x3.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES + 3 * VECTOR_BYTES, ORDER);
  }

  /** Two rows and four panels. */
  static void two(
      int k, long a, long aRow, long aStep, long b0, long b1, long b2, long b3, long sums) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c0x0 = zero;
    FloatVector c0x1 = zero;
    FloatVector c0x2 = zero;
    FloatVector c0x3 = zero;
    FloatVector c0x4 = zero;
    FloatVector c0x5 = zero;
    FloatVector c0x6 = zero;
    FloatVector c0x7 = zero;
    FloatVector c1x0 = zero;
    FloatVector c1x1 = zero;
    FloatVector c1x2 = zero;
    FloatVector c1x3 = zero;
    FloatVector c1x4 = zero;
    FloatVector c1x5 = zero;
    FloatVector c1x6 = zero;
    FloatVector c1x7 = zero;
    long a1 = a + aRow;
    long bAt = 0;
    long aAt = 0;
    for (int p = 0; p < k; p++) {
      FloatVector y0 = FloatVector.fromMemorySegment(SPECIES, ALL, b0 + bAt, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(SPECIES, ALL, b0 + bAt + VECTOR_BYTES, ORDER);
      FloatVector y2 = FloatVector.fromMemorySegment(SPECIES, ALL, b1 + bAt, ORDER);
      FloatVector y3 = FloatVector.fromMemorySegment(SPECIES, ALL, b1 + bAt + VECTOR_BYTES, ORDER);
      FloatVector y4 = FloatVector.fromMemorySegment(SPECIES, ALL, b2 + bAt, ORDER);
      FloatVector y5 = FloatVector.fromMemorySegment(SPECIES, ALL, b2 + bAt + VECTOR_BYTES, ORDER);
      FloatVector y6 = FloatVector.fromMemorySegment(SPECIES, ALL, b3 + bAt, ORDER);
      FloatVector y7 = FloatVector.fromMemorySegment(SPECIES, ALL, b3 + bAt + VECTOR_BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a + aAt));
      c0x0 = y0.fma(x, c0x0);
      c0x1 = y1.fma(x, c0x1);
      c0x2 = y2.fma(x, c0x2);
      c0x3 = y3.fma(x, c0x3);
      c0x4 = y4.fma(x, c0x4);
      c0x5 = y5.fma(x, c0x5);
      c0x6 = y6.fma(x, c0x6);
      c0x7 = y7.fma(x, c0x7);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a1 + aAt));
      c1x0 = y0.fma(x, c1x0);
      c1x1 = y1.fma(x, c1x1);
      c1x2 = y2.fma(x, c1x2);
      c1x3 = y3.fma(x, c1x3);
      c1x4 = y4.fma(x, c1x4);
      c1x5 = y5.fma(x, c1x5);
      c1x6 = y6.fma(x, c1x6);
      c1x7 = y7.fma(x, c1x7);
      aAt += aStep;
      bAt += ROW_BYTES;
    }
    c0x0.intoMemorySegment(ALL, sums, ORDER);
    c0x1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
    c0x2.intoMemorySegment(ALL, sums + 2 * VECTOR_BYTES, ORDER);
    c0x3.intoMemorySegment(ALL, sums + 3 * VECTOR_BYTES, ORDER);
    c0x4.intoMemorySegment(ALL, sums + 4 * VECTOR_BYTES, ORDER);
    c0x5.intoMemorySegment(ALL, sums + 5 * VECTOR_BYTES, ORDER);
    c0x6.intoMemorySegment(ALL, sums + 6 * VECTOR_BYTES, ORDER);
    c0x7.intoMemorySegment(ALL, sums + 7 * VECTOR_BYTES, ORDER);
    c1x0.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES, ORDER);
    c1x1.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c1x2.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + 2 * VECTOR_BYTES, ORDER);
    c1x3.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + 3 * VECTOR_BYTES, ORDER);
    c1x4.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + 4 * VECTOR_BYTES, ORDER);
    c1x5.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + 5 * VECTOR_BYTES, ORDER);
    c1x6.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + 6 * VECTOR_BYTES, ORDER);
    c1x7.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + 7 * VECTOR_BYTES, ORDER);
  }

  /** One row and four panels. */
  static void one(int k, long a, long aStep, long b0, long b1, long b2, long b3, long sums) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c0x0 = zero;
    FloatVector c0x1 = zero;
    FloatVector c0x2 = zero;
    FloatVector c0x3 = zero;
    FloatVector c0x4 = zero;
    FloatVector c0x5 = zero;
    FloatVector c0x6 = zero;
    FloatVector c0x7 = zero;
    long bAt = 0;
    long aAt = 0;
    for (int p = 0; p < k; p++) {
      FloatVector y0 = FloatVector.fromMemorySegment(SPECIES, ALL, b0 + bAt, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(SPECIES, ALL, b0 + bAt + VECTOR_BYTES, ORDER);
      FloatVector y2 = FloatVector.fromMemorySegment(SPECIES, ALL, b1 + bAt, ORDER);
      FloatVector y3 = FloatVector.fromMemorySegment(SPECIES, ALL, b1 + bAt + VECTOR_BYTES, ORDER);
      FloatVector y4 = FloatVector.fromMemorySegment(SPECIES, ALL, b2 + bAt, ORDER);
      FloatVector y5 = FloatVector.fromMemorySegment(SPECIES, ALL, b2 + bAt + VECTOR_BYTES, ORDER);
      FloatVector y6 = FloatVector.fromMemorySegment(SPECIES, ALL, b3 + bAt, ORDER);
      FloatVector y7 = FloatVector.fromMemorySegment(SPECIES, ALL, b3 + bAt + VECTOR_BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a + aAt));
      c0x0 = y0.fma(x, c0x0);
      c0x1 = y1.fma(x, c0x1);
      c0x2 = y2.fma(x, c0x2);
      c0x3 = y3.fma(x, c0x3);
      c0x4 = y4.fma(x, c0x4);
      c0x5 = y5.fma(x, c0x5);
      c0x6 = y6.fma(x, c0x6);
      c0x7 = y7.fma(x, c0x7);
      aAt += aStep;
      bAt += ROW_BYTES;
    }
    c0x0.intoMemorySegment(ALL, sums, ORDER);
    c0x1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
    c0x2.intoMemorySegment(ALL, sums + 2 * VECTOR_BYTES, ORDER);
    c0x3.intoMemorySegment(ALL, sums + 3 * VECTOR_BYTES, ORDER);
    c0x4.intoMemorySegment(ALL, sums + 4 * VECTOR_BYTES, ORDER);
    c0x5.intoMemorySegment(ALL, sums + 5 * VECTOR_BYTES, ORDER);
    c0x6.intoMemorySegment(ALL, sums + 6 * VECTOR_BYTES, ORDER);
    c0x7.intoMemorySegment(ALL, sums + 7 * VECTOR_BYTES, ORDER);
  }
}
