package io.troupe.tensor.cpu.pooling;

import io.troupe.tensor.backend.PoolSpans;
import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max pooling that halves planes of floats: windows of 2x2 elements that do not overlap and are
 * inside the plane. Rows are read in place, a vector of neighboring windows at a time.
 *
 * @param width elements of a row of the plane
 */
record HalvingMax(int width, int outHeight, int outWidth) {
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, Lanes.SPECIES.vectorShape());

  /** Whether windows have 2x2 elements, do not overlap and are inside the plane. */
  static boolean fits(int height, int width, PoolSpans rows, PoolSpans columns) {
    return isHalving(rows, height) && isHalving(columns, width);
  }

  private static boolean isHalving(PoolSpans spans, int in) {
    Window.Axis axis = spans.window();
    return axis.kernel() == 2
        && axis.stride() == 2
        && axis.padding() == 0
        && axis.dilation() == 1
        && 2 * spans.size() <= in;
  }

  /**
   * Pools one plane.
   *
   * @param places address of the index of each largest element
   */
  void plane(long out, long places, long x) {
    for (int i = 0; i < outHeight; i++) {
      long at = 4L * i * outWidth;
      row(out + at, places + at, x, 2 * i * width);
    }
  }

  /** The windows of two rows of the plane, from element {@code first} on. */
  private void row(long out, long places, long x, int first) {
    IntVector corners = IntVector.zero(INTS).addIndex(2);
    for (int j = 0; j < outWidth; j += Lanes.COUNT) {
      int left = 2 * (outWidth - j);
      VectorMask<Float> low = Lanes.first(left);
      VectorMask<Float> high = Lanes.first(Math.max(0, left - Lanes.COUNT));
      FloatVector max = Lanes.all(Float.NEGATIVE_INFINITY);
      IntVector place = corners.add(first + 2 * j);
      IntVector here = place;
      for (int row = 0; row < 2; row++) {
        long at = x + 4L * (first + row * width + 2 * j);
        FloatVector a = Lanes.load(at, low);
        FloatVector b = Lanes.load(at + 4L * Lanes.COUNT, high);
        FloatVector even = Lanes.evens(a, b);
        VectorMask<Float> wins =
            even.compare(VectorOperators.GT, max).or(even.test(VectorOperators.IS_NAN));
        max = max.blend(even, wins);
        place = place.blend(here, wins.cast(INTS));
        FloatVector odd = Lanes.odds(a, b);
        wins = odd.compare(VectorOperators.GT, max).or(odd.test(VectorOperators.IS_NAN));
        max = max.blend(odd, wins);
        place = place.blend(here.add(1), wins.cast(INTS));
        here = here.add(width);
      }
      VectorMask<Float> written = Lanes.first(outWidth - j);
      Lanes.store(max, out + 4L * j, written);
      place.intoMemorySegment(
          Memory.ALL, places + 4L * j, ByteOrder.nativeOrder(), written.cast(INTS));
    }
  }
}
