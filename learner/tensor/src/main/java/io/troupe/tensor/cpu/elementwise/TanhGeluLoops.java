package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import jdk.incubator.vector.FloatVector;

/**
 * GELU with GPT-2's approximation by tanh, and its gradient, over floats, in several short passes
 * over a block that stays in the nearest cache: one loop with all of it would exceed the compiler's
 * limits and be many times slower.
 */
final class TanhGeluLoops {
  private static final int BLOCK = 1024;

  private static final FloatVector SQRT_2_OVER_PI = Lanes.all((float) Math.sqrt(2 / Math.PI));
  private static final FloatVector CUBIC = Lanes.all(0.044715f);
  private static final FloatVector THREE_CUBIC = Lanes.all(3 * 0.044715f);
  private static final FloatVector HALF = Lanes.all(0.5f);
  private static final FloatVector ONE = Lanes.all(1f);

  private TanhGeluLoops() {}

  /** {@code out = x (1 + tanh(u)) / 2}. */
  static void gelu(long out, long a, int n) {
    long e = Scratch.ofThread().reserve(4L * BLOCK);
    for (int from = 0; from < n; from += BLOCK) {
      int length = Math.min(BLOCK, n - from);
      long at = 4L * from;
      tanhExponents(e, a + at, length);
      UnaryLoops.exp(e, e, length);
      finishTanh(out + at, a + at, e, length);
    }
  }

  /** u = sqrt(2 / pi) (x + 0.044715 x^3). */
  private static FloatVector argument(FloatVector x) {
    return x.mul(x).mul(CUBIC).fma(x, x).mul(SQRT_2_OVER_PI);
  }

  private static void tanhExponents(long out, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector u = argument(Lanes.load(a + 4L * i));
      Lanes.store(VectorMath.tanhExponent(u), out + 4L * i);
    }
  }

  private static void finishTanh(long out, long a, long e, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      FloatVector t = VectorMath.tanh(argument(x), Lanes.load(e + 4L * i));
      Lanes.store(t.add(ONE).mul(x.mul(HALF)), out + 4L * i);
    }
  }

  /** {@code dx = dy ((1 + t) / 2 + x (1 - t^2) u' / 2)} with {@code t = tanh(u)}. */
  static void geluGrad(long dx, long dy, long x, long y, int n) {
    long e = Scratch.ofThread().reserve(4L * BLOCK);
    for (int from = 0; from < n; from += BLOCK) {
      int length = Math.min(BLOCK, n - from);
      long at = 4L * from;
      tanhExponents(e, x + at, length);
      UnaryLoops.exp(e, e, length);
      tanh(e, x + at, length);
      finishTanhGrad(dx + at, dy + at, x + at, e, length);
    }
  }

  private static void tanh(long e, long a, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector u = argument(Lanes.load(a + 4L * i));
      Lanes.store(VectorMath.tanh(u, Lanes.load(e + 4L * i)), e + 4L * i);
    }
  }

  private static void finishTanhGrad(long dx, long dy, long a, long tanh, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector x = Lanes.load(a + 4L * i);
      FloatVector t = Lanes.load(tanh + 4L * i);
      FloatVector du = x.mul(x).fma(THREE_CUBIC, ONE).mul(SQRT_2_OVER_PI);
      FloatVector bend = t.mul(t).neg().add(ONE).mul(x.mul(HALF)).mul(du);
      FloatVector slope = t.add(ONE).fma(HALF, bend);
      Lanes.store(Lanes.load(dy + 4L * i).mul(slope), dx + 4L * i);
    }
  }
}
