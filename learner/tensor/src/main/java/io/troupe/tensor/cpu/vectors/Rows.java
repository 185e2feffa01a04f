package io.troupe.tensor.cpu.vectors;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Clears, copies, adds and multiplies short rows of floats. */
public final class Rows {
  private static final int LANES = Lanes.COUNT;

  private Rows() {}

  private static VectorMask<Float> lanes(int from, int count) {
    return Lanes.first(Math.min(LANES, count - from));
  }

  /** Sets {@code count} floats to zero. */
  public static void clear(long row, int count) {
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
  public static void copy(long to, long from, int count) {
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
  public static void add(long to, long from, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      Lanes.store(Lanes.load(to + 4L * i).add(Lanes.load(from + 4L * i)), to + 4L * i);
    }
    if (i < count) {
      VectorMask<Float> lanes = lanes(i, count);
      FloatVector sum = Lanes.load(to + 4L * i, lanes).add(Lanes.load(from + 4L * i, lanes));
      Lanes.store(sum, to + 4L * i, lanes);
    }
  }

  /** Multiplies {@code count} floats by a number, and makes -0 into 0. */
  public static void scale(long to, long from, int count, float factor) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      Lanes.store(Lanes.load(from + 4L * i).mul(factor).add(0f), to + 4L * i);
    }
    if (i < count) {
      VectorMask<Float> lanes = lanes(i, count);
      Lanes.store(Lanes.load(from + 4L * i, lanes).mul(factor).add(0f), to + 4L * i, lanes);
    }
  }

  /** {@code to} becomes {@code to * keep + from * take}. */
  public static void mix(long to, float keep, long from, float take, int count) {
    FloatVector factor = Lanes.all(take);
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector kept = Lanes.load(to + 4L * i).mul(keep);
      Lanes.store(Lanes.load(from + 4L * i).fma(factor, kept), to + 4L * i);
    }
    if (i < count) {
      VectorMask<Float> lanes = lanes(i, count);
      FloatVector kept = Lanes.load(to + 4L * i, lanes).mul(keep);
      Lanes.store(Lanes.load(from + 4L * i, lanes).fma(factor, kept), to + 4L * i, lanes);
    }
  }

  /** The sum of products. */
  public static float dot(long a, long b, int count) {
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      sum = Lanes.load(a + 4L * i).fma(Lanes.load(b + 4L * i), sum);
    }
    if (i < count) {
      VectorMask<Float> lanes = lanes(i, count);
      sum = Lanes.load(a + 4L * i, lanes).fma(Lanes.load(b + 4L * i, lanes), sum);
    }
    return Lanes.sum(sum);
  }
}
