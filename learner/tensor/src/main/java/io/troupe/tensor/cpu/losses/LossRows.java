package io.troupe.tensor.cpu.losses;

import io.troupe.tensor.cpu.reductions.SumLoops;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;

/**
 * Statistics of the distribution of a row of logits: two passes over a row that stays in the cache,
 * in blocks whose sums are added up in double precision.
 */
final class LossRows {
  /** Stands for -infinity where it is multiplied with a probability of 0. */
  private static final float LOWEST = -1e30f;

  private LossRows() {}

  /**
   * Sums over a row of exponentials {@code e = exp(d)} with {@code d = (x - max) / temperature}.
   */
  static final class Sums {
    double exp;
    double expTimesD;
    double d;
  }

  /** Reads {@code n} logits; with {@code more} the sums beyond the first, too. */
  static void sums(Sums sums, long x, float max, float invTemperature, boolean more, int n) {
    sums.exp = 0;
    sums.expTimesD = 0;
    sums.d = 0;
    long exponentials = more ? Scratch.ofThread().reserve(4L * SumLoops.BLOCK) : 0;
    for (int from = 0; from < n; from += SumLoops.BLOCK) {
      int length = Math.min(SumLoops.BLOCK, n - from);
      if (more) {
        addAll(sums, x + 4L * from, max, invTemperature, exponentials, length);
      } else {
        addExp(sums, x + 4L * from, max, invTemperature, length);
      }
    }
  }

  /** Adds the exponentials of a block. */
  static void addExp(Sums sums, long x, float max, float invTemperature, int n) {
    FloatVector highest = Lanes.all(max);
    FloatVector inv = Lanes.all(invTemperature);
    FloatVector exp = Lanes.all(0f);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      exp = exp.add(VectorMath.exp(Lanes.load(x + 4L * i).sub(highest).mul(inv)));
    }
    // Added up as in addAll: what is sampled without the entropy has the log-probability that the
    // learner computes with it.
    sums.exp += Lanes.sum(exp);
    for (int i = whole; i < n; i++) {
      sums.exp += VectorMath.exp((Memory.getFloat(x + 4L * i) - max) * invTemperature);
    }
  }

  private static void addAll(
      Sums sums, long x, float max, float invTemperature, long exponentials, int n) {
    int whole = Lanes.whole(n);
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
    sums.exp += Lanes.sum(exp);
    sums.expTimesD += Lanes.sum(product);
    sums.d += Lanes.sum(sum);
    for (int i = whole; i < n; i++) {
      float d = (Memory.getFloat(x + 4L * i) - max) * invTemperature;
      float e = VectorMath.exp(d);
      sums.exp += e;
      sums.expTimesD += e * Math.max(d, LOWEST);
      sums.d += d;
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

  // ---- double precision ----------------------------------------------------------------------

  static void sums64(Sums sums, long x, double max, double temperature, int n) {
    sums.exp = 0;
    sums.expTimesD = 0;
    sums.d = 0;
    for (int i = 0; i < n; i++) {
      double d = (Memory.getDouble(x + 8L * i) - max) / temperature;
      double e = Math.exp(d);
      sums.exp += e;
      sums.expTimesD += e * Math.max(d, LOWEST);
      sums.d += d;
    }
  }

  static void grad64(
      long dx, long x, double lse, double temperature, double weight, double offset, int n) {
    for (int i = 0; i < n; i++) {
      double p = Math.exp(Memory.getDouble(x + 8L * i) / temperature - lse);
      Memory.setDouble(dx + 8L * i, (offset - weight * p) / temperature);
    }
  }
}
