package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import jdk.incubator.vector.FloatVector;

/**
 * Loops with the Vector API, in several short passes over a block that stays in the nearest cache:
 * one loop with all of it would exceed the compiler's limits and be many times slower.
 */
final class VectorGeluLoops implements GeluLoops {
  private static final int BLOCK = 1024;

  /** 1 / sqrt(2 pi), the height of the normal density. */
  private static final FloatVector DENSITY = Lanes.all(GeluCode.DENSITY);

  private static final FloatVector SQRT_HALF = Lanes.all(GeluCode.SQRT_HALF);
  private static final FloatVector HALF = Lanes.all(0.5f);
  private static final FloatVector MINUS_HALF = Lanes.all(-0.5f);
  private static final FloatVector ONE = Lanes.all(1f);

  @Override
  public void gelu(long out, long x, int n) {
    long e = Scratch.ofThread().reserve(4L * BLOCK);
    for (int from = 0; from < n; from += BLOCK) {
      int length = Math.min(BLOCK, n - from);
      long at = 4L * from;
      erfExponents(e, x + at, length);
      UnaryLoops.exp(e, e, length);
      finish(out + at, x + at, e, length);
    }
  }

  private static void erfExponents(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(VectorMath.erfExponent(x.mul(SQRT_HALF)), out + 4L * i);
    }
  }

  private static void finish(long out, long a, long e, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      FloatVector erf = VectorMath.erf(x.mul(SQRT_HALF), Lanes.load(e + 4L * i));
      Lanes.store(erf.add(ONE).mul(x.mul(HALF)), out + 4L * i);
    }
  }

  @Override
  public void geluGrad(long dx, long dy, long x, long y, int n) {
    long e = Scratch.ofThread().reserve(8L * BLOCK);
    long density = e + 4L * BLOCK;
    for (int from = 0; from < n; from += BLOCK) {
      int length = Math.min(BLOCK, n - from);
      long at = 4L * from;
      erfExponents(e, x + at, length);
      UnaryLoops.exp(e, e, length);
      densityExponents(density, x + at, length);
      UnaryLoops.exp(density, density, length);
      finishGrad(dx + at, dy + at, x + at, e, density, length);
    }
  }

  private static void densityExponents(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      Lanes.store(x.mul(x).mul(MINUS_HALF), out + 4L * i);
    }
  }

  private static void finishGrad(long dx, long dy, long a, long e, long density, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      FloatVector erf = VectorMath.erf(x.mul(SQRT_HALF), Lanes.load(e + 4L * i));
      FloatVector slope = Lanes.load(density + 4L * i).mul(DENSITY).mul(x);
      slope = erf.add(ONE).fma(HALF, slope);
      Lanes.store(Lanes.load(dy + 4L * i).mul(slope), dx + 4L * i);
    }
  }
}
