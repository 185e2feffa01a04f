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
 * The innermost loops of matrix products: a few rows of {@code a} times one panel of {@code b},
 * with every sum in a register.
 *
 * <p>Every kernel, here and in {@link RowKernels}, adds the products of one element in order of k
 * with fused multiply-adds, starting from zero, so an element has the same bits whichever kernel
 * computes it. Addresses and strides are in bytes.
 *
 * <p>Kernels call nothing but the vector API, and do no more than sum: the compiler gives up on
 * larger methods, and vectors that are passed to others become objects. Methods this large reach
 * its limit for inlining while they are read, and the rest is inlined later: a multiply-add is then
 * called on a vector whose class is known by then, which is one of {@code b}, or its sum becomes an
 * object in every round. Fewer constants leave more room below the limit.
 */
public final class TileKernels {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /**
   * Twelve rows: 24 sums, which with two of {@code b} and one of {@code a} fit 32 registers.
   *
   * @param k products per element
   * @param aRow from one row of {@code a} to the next, {@code aStep} from one k to the next
   * @param b one panel, as {@link PackedPanels} lays it out
   * @param sums where the sums go, {@link ProductScratch#SUMS_ROW_BYTES} from row to row
   */
  static void twelve(int k, long a, long aRow, long aStep, long b, long sums) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c0x0 = zero;
    FloatVector c0x1 = zero;
    FloatVector c1x0 = zero;
    FloatVector c1x1 = zero;
    FloatVector c2x0 = zero;
    FloatVector c2x1 = zero;
    FloatVector c3x0 = zero;
    FloatVector c3x1 = zero;
    FloatVector c4x0 = zero;
    FloatVector c4x1 = zero;
    FloatVector c5x0 = zero;
    FloatVector c5x1 = zero;
    FloatVector c6x0 = zero;
    FloatVector c6x1 = zero;
    FloatVector c7x0 = zero;
    FloatVector c7x1 = zero;
    FloatVector c8x0 = zero;
    FloatVector c8x1 = zero;
    FloatVector c9x0 = zero;
    FloatVector c9x1 = zero;
    FloatVector c10x0 = zero;
    FloatVector c10x1 = zero;
    FloatVector c11x0 = zero;
    FloatVector c11x1 = zero;
    long a1 = a + aRow;
    long a2 = a + 2 * aRow;
    long a3 = a + 3 * aRow;
    long a4 = a + 4 * aRow;
    long a5 = a + 5 * aRow;
    long a6 = a + 6 * aRow;
    long a7 = a + 7 * aRow;
    long a8 = a + 8 * aRow;
    long a9 = a + 9 * aRow;
    long a10 = a + 10 * aRow;
    long a11 = a + 11 * aRow;
    long bAt = 0;
    long aAt = 0;
    for (int p = 0; p < k; p++) {
      FloatVector y0 = FloatVector.fromMemorySegment(SPECIES, ALL, b + bAt, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(SPECIES, ALL, b + bAt + VECTOR_BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a + aAt));
      c0x0 = y0.fma(x, c0x0);
      c0x1 = y1.fma(x, c0x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a1 + aAt));
      c1x0 = y0.fma(x, c1x0);
      c1x1 = y1.fma(x, c1x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a2 + aAt));
      c2x0 = y0.fma(x, c2x0);
      c2x1 = y1.fma(x, c2x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a3 + aAt));
      c3x0 = y0.fma(x, c3x0);
      c3x1 = y1.fma(x, c3x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a4 + aAt));
      c4x0 = y0.fma(x, c4x0);
      c4x1 = y1.fma(x, c4x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a5 + aAt));
      c5x0 = y0.fma(x, c5x0);
      c5x1 = y1.fma(x, c5x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a6 + aAt));
      c6x0 = y0.fma(x, c6x0);
      c6x1 = y1.fma(x, c6x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a7 + aAt));
      c7x0 = y0.fma(x, c7x0);
      c7x1 = y1.fma(x, c7x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a8 + aAt));
      c8x0 = y0.fma(x, c8x0);
      c8x1 = y1.fma(x, c8x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a9 + aAt));
      c9x0 = y0.fma(x, c9x0);
      c9x1 = y1.fma(x, c9x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a10 + aAt));
      c10x0 = y0.fma(x, c10x0);
      c10x1 = y1.fma(x, c10x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a11 + aAt));
      c11x0 = y0.fma(x, c11x0);
      c11x1 = y1.fma(x, c11x1);
      aAt += aStep;
      bAt += ROW_BYTES;
    }
    c0x0.intoMemorySegment(ALL, sums, ORDER);
    c0x1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
    c1x0.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES, ORDER);
    c1x1.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c2x0.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES, ORDER);
    c2x1.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c3x0.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES, ORDER);
    c3x1.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c4x0.intoMemorySegment(ALL, sums + 4 * SUMS_ROW_BYTES, ORDER);
    c4x1.intoMemorySegment(ALL, sums + 4 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c5x0.intoMemorySegment(ALL, sums + 5 * SUMS_ROW_BYTES, ORDER);
    c5x1.intoMemorySegment(ALL, sums + 5 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c6x0.intoMemorySegment(ALL, sums + 6 * SUMS_ROW_BYTES, ORDER);
    c6x1.intoMemorySegment(ALL, sums + 6 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c7x0.intoMemorySegment(ALL, sums + 7 * SUMS_ROW_BYTES, ORDER);
    c7x1.intoMemorySegment(ALL, sums + 7 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c8x0.intoMemorySegment(ALL, sums + 8 * SUMS_ROW_BYTES, ORDER);
    c8x1.intoMemorySegment(ALL, sums + 8 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c9x0.intoMemorySegment(ALL, sums + 9 * SUMS_ROW_BYTES, ORDER);
    c9x1.intoMemorySegment(ALL, sums + 9 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c10x0.intoMemorySegment(ALL, sums + 10 * SUMS_ROW_BYTES, ORDER);
    c10x1.intoMemorySegment(ALL, sums + 10 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c11x0.intoMemorySegment(ALL, sums + 11 * SUMS_ROW_BYTES, ORDER);
    c11x1.intoMemorySegment(ALL, sums + 11 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
  }

  /** Eight rows: 16 sums, for the rows that remain after groups of twelve. */
  static void eight(int k, long a, long aRow, long aStep, long b, long sums) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c0x0 = zero;
    FloatVector c0x1 = zero;
    FloatVector c1x0 = zero;
    FloatVector c1x1 = zero;
    FloatVector c2x0 = zero;
    FloatVector c2x1 = zero;
    FloatVector c3x0 = zero;
    FloatVector c3x1 = zero;
    FloatVector c4x0 = zero;
    FloatVector c4x1 = zero;
    FloatVector c5x0 = zero;
    FloatVector c5x1 = zero;
    FloatVector c6x0 = zero;
    FloatVector c6x1 = zero;
    FloatVector c7x0 = zero;
    FloatVector c7x1 = zero;
    long a1 = a + aRow;
    long a2 = a + 2 * aRow;
    long a3 = a + 3 * aRow;
    long a4 = a + 4 * aRow;
    long a5 = a + 5 * aRow;
    long a6 = a + 6 * aRow;
    long a7 = a + 7 * aRow;
    long bAt = 0;
    long aAt = 0;
    for (int p = 0; p < k; p++) {
      FloatVector y0 = FloatVector.fromMemorySegment(SPECIES, ALL, b + bAt, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(SPECIES, ALL, b + bAt + VECTOR_BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a + aAt));
      c0x0 = y0.fma(x, c0x0);
      c0x1 = y1.fma(x, c0x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a1 + aAt));
      c1x0 = y0.fma(x, c1x0);
      c1x1 = y1.fma(x, c1x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a2 + aAt));
      c2x0 = y0.fma(x, c2x0);
      c2x1 = y1.fma(x, c2x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a3 + aAt));
      c3x0 = y0.fma(x, c3x0);
      c3x1 = y1.fma(x, c3x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a4 + aAt));
      c4x0 = y0.fma(x, c4x0);
      c4x1 = y1.fma(x, c4x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a5 + aAt));
      c5x0 = y0.fma(x, c5x0);
      c5x1 = y1.fma(x, c5x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a6 + aAt));
      c6x0 = y0.fma(x, c6x0);
      c6x1 = y1.fma(x, c6x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a7 + aAt));
      c7x0 = y0.fma(x, c7x0);
      c7x1 = y1.fma(x, c7x1);
      aAt += aStep;
      bAt += ROW_BYTES;
    }
    c0x0.intoMemorySegment(ALL, sums, ORDER);
    c0x1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
    c1x0.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES, ORDER);
    c1x1.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c2x0.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES, ORDER);
    c2x1.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c3x0.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES, ORDER);
    c3x1.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c4x0.intoMemorySegment(ALL, sums + 4 * SUMS_ROW_BYTES, ORDER);
    c4x1.intoMemorySegment(ALL, sums + 4 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c5x0.intoMemorySegment(ALL, sums + 5 * SUMS_ROW_BYTES, ORDER);
    c5x1.intoMemorySegment(ALL, sums + 5 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c6x0.intoMemorySegment(ALL, sums + 6 * SUMS_ROW_BYTES, ORDER);
    c6x1.intoMemorySegment(ALL, sums + 6 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c7x0.intoMemorySegment(ALL, sums + 7 * SUMS_ROW_BYTES, ORDER);
    c7x1.intoMemorySegment(ALL, sums + 7 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
  }

  /** Six rows: 12 sums, for machines with 16 vector registers. */
  static void six(int k, long a, long aRow, long aStep, long b, long sums) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c0x0 = zero;
    FloatVector c0x1 = zero;
    FloatVector c1x0 = zero;
    FloatVector c1x1 = zero;
    FloatVector c2x0 = zero;
    FloatVector c2x1 = zero;
    FloatVector c3x0 = zero;
    FloatVector c3x1 = zero;
    FloatVector c4x0 = zero;
    FloatVector c4x1 = zero;
    FloatVector c5x0 = zero;
    FloatVector c5x1 = zero;
    long a1 = a + aRow;
    long a2 = a + 2 * aRow;
    long a3 = a + 3 * aRow;
    long a4 = a + 4 * aRow;
    long a5 = a + 5 * aRow;
    long bAt = 0;
    long aAt = 0;
    for (int p = 0; p < k; p++) {
      FloatVector y0 = FloatVector.fromMemorySegment(SPECIES, ALL, b + bAt, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(SPECIES, ALL, b + bAt + VECTOR_BYTES, ORDER);
      FloatVector x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a + aAt));
      c0x0 = y0.fma(x, c0x0);
      c0x1 = y1.fma(x, c0x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a1 + aAt));
      c1x0 = y0.fma(x, c1x0);
      c1x1 = y1.fma(x, c1x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a2 + aAt));
      c2x0 = y0.fma(x, c2x0);
      c2x1 = y1.fma(x, c2x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a3 + aAt));
      c3x0 = y0.fma(x, c3x0);
      c3x1 = y1.fma(x, c3x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a4 + aAt));
      c4x0 = y0.fma(x, c4x0);
      c4x1 = y1.fma(x, c4x1);
      x = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, a5 + aAt));
      c5x0 = y0.fma(x, c5x0);
      c5x1 = y1.fma(x, c5x1);
      aAt += aStep;
      bAt += ROW_BYTES;
    }
    c0x0.intoMemorySegment(ALL, sums, ORDER);
    c0x1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
    c1x0.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES, ORDER);
    c1x1.intoMemorySegment(ALL, sums + SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c2x0.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES, ORDER);
    c2x1.intoMemorySegment(ALL, sums + 2 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c3x0.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES, ORDER);
    c3x1.intoMemorySegment(ALL, sums + 3 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c4x0.intoMemorySegment(ALL, sums + 4 * SUMS_ROW_BYTES, ORDER);
    c4x1.intoMemorySegment(ALL, sums + 4 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
    c5x0.intoMemorySegment(ALL, sums + 5 * SUMS_ROW_BYTES, ORDER);
    c5x1.intoMemorySegment(ALL, sums + 5 * SUMS_ROW_BYTES + VECTOR_BYTES, ORDER);
  }
}
