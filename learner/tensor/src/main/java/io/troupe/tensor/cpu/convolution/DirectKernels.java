package io.troupe.tensor.cpu.convolution;

import static io.troupe.tensor.cpu.products.PackedPanels.VECTOR_BYTES;
import static io.troupe.tensor.cpu.vectors.VectorMath.SPECIES;
import static io.troupe.tensor.memory.Memory.ALL;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of convolutions that read images in place. They call nothing but the Vector
 * API and do no more than sum, in a fixed order with fused multiply-adds. Addresses and distances
 * are in bytes.
 */
final class DirectKernels {
  /** Output channels that a kernel takes at once. */
  static final int ROWS = 6;

  /** Products of a window whose weights get gradients at once. */
  static final int PRODUCTS = 4;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private DirectKernels() {}

  /**
   * Sums of six output channels at two vectors of neighboring positions.
   *
   * @param offsets the offset from {@code image} that each product of a window reads
   * @param a weights of the first channel, with {@code aRow} to the next
   * @param image the first position
   * @param sums where the sums go, with {@code sumsRow} from channel to channel
   */
  static void positions(long[] offsets, long a, long aRow, long image, long sums, long sumsRow) {
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
    long aAt = 0;
    for (int p = 0; p < offsets.length; p++) {
      long at = image + offsets[p];
      FloatVector y0 = FloatVector.fromMemorySegment(SPECIES, ALL, at, ORDER);
      FloatVector y1 = FloatVector.fromMemorySegment(SPECIES, ALL, at + VECTOR_BYTES, ORDER);
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
      aAt += Float.BYTES;
    }
    c0x0.intoMemorySegment(ALL, sums, ORDER);
    c0x1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
    c1x0.intoMemorySegment(ALL, sums + sumsRow, ORDER);
    c1x1.intoMemorySegment(ALL, sums + sumsRow + VECTOR_BYTES, ORDER);
    c2x0.intoMemorySegment(ALL, sums + 2 * sumsRow, ORDER);
    c2x1.intoMemorySegment(ALL, sums + 2 * sumsRow + VECTOR_BYTES, ORDER);
    c3x0.intoMemorySegment(ALL, sums + 3 * sumsRow, ORDER);
    c3x1.intoMemorySegment(ALL, sums + 3 * sumsRow + VECTOR_BYTES, ORDER);
    c4x0.intoMemorySegment(ALL, sums + 4 * sumsRow, ORDER);
    c4x1.intoMemorySegment(ALL, sums + 4 * sumsRow + VECTOR_BYTES, ORDER);
    c5x0.intoMemorySegment(ALL, sums + 5 * sumsRow, ORDER);
    c5x1.intoMemorySegment(ALL, sums + 5 * sumsRow + VECTOR_BYTES, ORDER);
  }

  /**
   * The gradients of four products' weights to six output channels: 24 vectors, channel by channel,
   * whose lanes are still to be summed.
   *
   * @param images their number
   * @param vectors positions of an image in vectors
   * @param gradients of the first image's positions, with {@code gRow} from channel to channel and
   *     {@code gImage} from image to image
   * @param x0 the first image, with {@code xImage} to the next
   * @param offset0 offset that the first of four neighboring products reads, and so on
   * @param sums where the vectors go
   */
  static void weights(
      int images,
      int vectors,
      long gradients,
      long gRow,
      long gImage,
      long x0,
      long xImage,
      long offset0,
      long offset1,
      long offset2,
      long offset3,
      long sums) {
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
    FloatVector c4x0 = zero;
    FloatVector c4x1 = zero;
    FloatVector c4x2 = zero;
    FloatVector c4x3 = zero;
    FloatVector c5x0 = zero;
    FloatVector c5x1 = zero;
    FloatVector c5x2 = zero;
    FloatVector c5x3 = zero;
    for (int n = 0; n < images; n++) {
      long gAt = gradients + n * gImage;
      long at = x0 + n * xImage;
      for (int i = 0; i < vectors; i++) {
        FloatVector g0 = FloatVector.fromMemorySegment(SPECIES, ALL, gAt, ORDER);
        FloatVector g1 = FloatVector.fromMemorySegment(SPECIES, ALL, gAt + gRow, ORDER);
        FloatVector g2 = FloatVector.fromMemorySegment(SPECIES, ALL, gAt + 2 * gRow, ORDER);
        FloatVector g3 = FloatVector.fromMemorySegment(SPECIES, ALL, gAt + 3 * gRow, ORDER);
        FloatVector g4 = FloatVector.fromMemorySegment(SPECIES, ALL, gAt + 4 * gRow, ORDER);
        FloatVector g5 = FloatVector.fromMemorySegment(SPECIES, ALL, gAt + 5 * gRow, ORDER);
        FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, at + offset0, ORDER);
        c0x0 = x.fma(g0, c0x0);
        c1x0 = x.fma(g1, c1x0);
        c2x0 = x.fma(g2, c2x0);
        c3x0 = x.fma(g3, c3x0);
        c4x0 = x.fma(g4, c4x0);
        c5x0 = x.fma(g5, c5x0);
        x = FloatVector.fromMemorySegment(SPECIES, ALL, at + offset1, ORDER);
        c0x1 = x.fma(g0, c0x1);
        c1x1 = x.fma(g1, c1x1);
        c2x1 = x.fma(g2, c2x1);
        c3x1 = x.fma(g3, c3x1);
        c4x1 = x.fma(g4, c4x1);
        c5x1 = x.fma(g5, c5x1);
        x = FloatVector.fromMemorySegment(SPECIES, ALL, at + offset2, ORDER);
        c0x2 = x.fma(g0, c0x2);
        c1x2 = x.fma(g1, c1x2);
        c2x2 = x.fma(g2, c2x2);
        c3x2 = x.fma(g3, c3x2);
        c4x2 = x.fma(g4, c4x2);
        c5x2 = x.fma(g5, c5x2);
        x = FloatVector.fromMemorySegment(SPECIES, ALL, at + offset3, ORDER);
        c0x3 = x.fma(g0, c0x3);
        c1x3 = x.fma(g1, c1x3);
        c2x3 = x.fma(g2, c2x3);
        c3x3 = x.fma(g3, c3x3);
        c4x3 = x.fma(g4, c4x3);
        c5x3 = x.fma(g5, c5x3);
        gAt += VECTOR_BYTES;
        at += VECTOR_BYTES;
      }
    }
    c0x0.intoMemorySegment(ALL, sums, ORDER);
    c0x1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
    c0x2.intoMemorySegment(ALL, sums + 2 * VECTOR_BYTES, ORDER);
    c0x3.intoMemorySegment(ALL, sums + 3 * VECTOR_BYTES, ORDER);
    c1x0.intoMemorySegment(ALL, sums + 4 * VECTOR_BYTES, ORDER);
    c1x1.intoMemorySegment(ALL, sums + 5 * VECTOR_BYTES, ORDER);
    c1x2.intoMemorySegment(ALL, sums + 6 * VECTOR_BYTES, ORDER);
    c1x3.intoMemorySegment(ALL, sums + 7 * VECTOR_BYTES, ORDER);
    c2x0.intoMemorySegment(ALL, sums + 8 * VECTOR_BYTES, ORDER);
    c2x1.intoMemorySegment(ALL, sums + 9 * VECTOR_BYTES, ORDER);
    c2x2.intoMemorySegment(ALL, sums + 10 * VECTOR_BYTES, ORDER);
    c2x3.intoMemorySegment(ALL, sums + 11 * VECTOR_BYTES, ORDER);
    c3x0.intoMemorySegment(ALL, sums + 12 * VECTOR_BYTES, ORDER);
    c3x1.intoMemorySegment(ALL, sums + 13 * VECTOR_BYTES, ORDER);
    c3x2.intoMemorySegment(ALL, sums + 14 * VECTOR_BYTES, ORDER);
    c3x3.intoMemorySegment(ALL, sums + 15 * VECTOR_BYTES, ORDER);
    c4x0.intoMemorySegment(ALL, sums + 16 * VECTOR_BYTES, ORDER);
    c4x1.intoMemorySegment(ALL, sums + 17 * VECTOR_BYTES, ORDER);
    c4x2.intoMemorySegment(ALL, sums + 18 * VECTOR_BYTES, ORDER);
    c4x3.intoMemorySegment(ALL, sums + 19 * VECTOR_BYTES, ORDER);
    c5x0.intoMemorySegment(ALL, sums + 20 * VECTOR_BYTES, ORDER);
    c5x1.intoMemorySegment(ALL, sums + 21 * VECTOR_BYTES, ORDER);
    c5x2.intoMemorySegment(ALL, sums + 22 * VECTOR_BYTES, ORDER);
    c5x3.intoMemorySegment(ALL, sums + 23 * VECTOR_BYTES, ORDER);
  }
}
