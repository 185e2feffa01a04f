package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;

/** Loops over logits of one row. Sums are those of whole vectors. */
final class LossRows {
  /** Stands for -infinity where it is multiplied with a probability of 0. */
  static final float LOWEST = -1e30f;

  private LossRows() {}

  /** The sum of the exponentials {@code exp((x - max) / temperature)}. */
  private static float sumOfExp(long x, float max, float invTemperature, int n) {
    FloatVector highest = Lanes.all(max);
    FloatVector inv = Lanes.all(invTemperature);
    FloatVector exp = Lanes.all(0f);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      exp = exp.add(VectorMath.exp(Lanes.load(x + 4L * i).sub(highest).mul(inv)));
    }
    return Lanes.sum(exp);
  }

  /** The sums for the log-probability, the entropy and the mean log-probability. */
  record Sums(float exp, float expTimesD, float d) {
    /** Those of a log-probability. */
    static Sums ofExp(long x, float max, float invTemperature, int n) {
      return new Sums(sumOfExp(x, max, invTemperature, n), 0, 0);
    }

    /**
     * Sums over exponentials {@code e = exp(d)} with {@code d = (x - max) / temperature}.
     *
     * @param n at most {@link SumLoops#BLOCK}
     */
    static Sums of(long x, float max, float invTemperature, int n) {
      int whole = Lanes.whole(n);
      long exponentials = Scratch.ofThread().reserve(4L * SumLoops.BLOCK);
      storeExp(exponentials, x, max, invTemperature, whole);
      FloatVector highest = Lanes.all(max);
      FloatVector inv = Lanes.all(invTemperature);
      FloatVector lowest = Lanes.all(LOWEST);
      FloatVector exp = Lanes.all(0f);
      FloatVector product = exp;
      FloatVector sum = exp;
      for (int i = 0; i < whole; i += Lanes.COUNT) {
        FloatVector d = Lanes.load(x + 4L * i).sub(highest).mul(inv);
        FloatVector e = Lanes.load(exponentials + 4L * i);
        exp = exp.add(e);
        product = e.fma(d.max(lowest), product);
        sum = sum.add(d);
      }
      return new Sums(Lanes.sum(exp), Lanes.sum(product), Lanes.sum(sum));
    }
  }

  /** A separate pass: one loop with the sums would exceed the compiler's limits. */
  private static void storeExp(long out, long x, float max, float invTemperature, int whole) {
    FloatVector highest = Lanes.all(max);
    FloatVector inv = Lanes.all(invTemperature);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(x + 4L * i).sub(highest).mul(inv);
      Lanes.store(VectorMath.exp(d), out + 4L * i);
    }
  }

  /** {@code dx = (offset - weight * exp(x / temperature - lse)) / temperature}. */
  static void grad(
      long dx, long x, float lse, float invTemperature, double weight, double offset, int n) {
    FloatVector inv = Lanes.all(invTemperature);
    FloatVector minusLse = Lanes.all(-lse);
    float factor = (float) -(weight * invTemperature);
    float added = (float) (offset * invTemperature);
    FloatVector scale = Lanes.all(factor);
    FloatVector shift = Lanes.all(added);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector p = VectorMath.exp(Lanes.load(x + 4L * i).fma(inv, minusLse));
      Lanes.store(p.fma(scale, shift), dx + 4L * i);
    }
    for (int i = whole; i < n; i++) {
      float p = VectorMath.exp(Math.fma(Memory.getFloat(x + 4L * i), invTemperature, -lse));
      Memory.setFloat(dx + 4L * i, Math.fma(p, factor, added));
    }
  }
}
