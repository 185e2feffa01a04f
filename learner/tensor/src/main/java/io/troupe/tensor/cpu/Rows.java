package io.troupe.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Short rows of floats that are cleared, copied, added or multiplied. */
final class Rows {
  private static final int LANES = Lanes.COUNT;

  private Rows() {}

  private static VectorMask<Float> lanes(int from, int count) {
    return Lanes.first(Math.min(LANES, count - from));
  }

  /** Sets {@code count} floats to zero. */
  static void clear(long row, int count) {
    FloatVector zero = FloatVector.zero(Lanes.SPECIES);
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      Lanes.store(zero, row + 4L * i);
    }
    if (i < count) {
      Lanes.store(zero, row + 4L * i, lanes(i, count));
    }
  }

  /** Copies {@code count} floats. */
  static void copy(long to, long from, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      Lanes.store(Lanes.load(from + 4L * i), to + 4L * i);
    }
    if (i < count) {
      VectorMask<Float> lanes = lanes(i, count);
      Lanes.store(Lanes.load(from + 4L * i, lanes), to + 4L * i, lanes);
    }
  }

  /** Adds {@code count} floats to others. */
  static void add(long to, long from, int count) {
    for (int i = 0; i < count; i += LANES) {
      VectorMask<Float> lanes = lanes(i, count);
      FloatVector sum = Lanes.load(to + 4L * i, lanes).add(Lanes.load(from + 4L * i, lanes));
      Lanes.store(sum, to + 4L * i, lanes);
    }
  }

  /** The sum of products. */
  static float dot(long a, long b, int count) {
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    for (int i = 0; i < count; i += LANES) {
      VectorMask<Float> lanes = lanes(i, count);
      sum = Lanes.load(a + 4L * i, lanes).fma(Lanes.load(b + 4L * i, lanes), sum);
    }
    return Lanes.sum(sum);
  }
}
