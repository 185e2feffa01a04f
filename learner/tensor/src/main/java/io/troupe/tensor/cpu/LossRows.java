package io.troupe.tensor.cpu;

import io.troupe.tensor.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * What a row of logits says about its distribution: two passes over a row that stays in the cache,
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
    for (int from = 0; from < n; from += SumLoops.BLOCK) {
      int length = Math.min(SumLoops.BLOCK, n - from);
      if (more) {
        addAll(sums, x + 4L * from, max, invTemperature, length);
      } else {
        addExp(sums, x + 4L * from, max, invTemperature, length);
      }
    }
  }

  private static void addExp(Sums sums, long x, float max, float invTemperature, int n) {
    FloatVector highest = Lanes.all(max);
    FloatVector inv = Lanes.all(invTemperature);
    FloatVector exp = Lanes.all(0f);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      exp = exp.add(VectorMath.exp(Lanes.load(x + 4L * i).sub(highest).mul(inv)));
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector d = Lanes.load(x + 4L * whole, rest).sub(highest).mul(inv);
      exp = exp.add(VectorMath.exp(d), rest);
    }
    sums.exp += Lanes.sum(exp);
  }

  private static void addAll(Sums sums, long x, float max, float invTemperature, int n) {
    FloatVector highest = Lanes.all(max);
    FloatVector inv = Lanes.all(invTemperature);
    FloatVector exp = Lanes.all(0f);
    FloatVector product = exp;
    FloatVector sum = exp;
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(x + 4L * i).sub(highest).mul(inv);
      FloatVector e = VectorMath.exp(d);
      exp = exp.add(e);
      product = e.fma(d.max(LOWEST), product);
      sum = sum.add(d);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector d = Lanes.load(x + 4L * whole, rest).sub(highest).mul(inv);
      FloatVector e = VectorMath.exp(d);
      exp = exp.add(e, rest);
      product = product.add(e.mul(d.max(LOWEST)), rest);
      sum = sum.add(d, rest);
    }
    sums.exp += Lanes.sum(exp);
    sums.expTimesD += Lanes.sum(product);
    sums.d += Lanes.sum(sum);
  }

  /** {@code dx = (offset - weight * exp(x / temperature - lse)) / temperature}. */
  static void grad(
      long dx, long x, float lse, float invTemperature, double weight, double offset, int n) {
    FloatVector inv = Lanes.all(invTemperature);
    FloatVector minusLse = Lanes.all(-lse);
    FloatVector scale = Lanes.all((float) -(weight * invTemperature));
    FloatVector shift = Lanes.all((float) (offset * invTemperature));
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector p = VectorMath.exp(Lanes.load(x + 4L * i).fma(inv, minusLse));
      Lanes.store(p.fma(scale, shift), dx + 4L * i);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector p = VectorMath.exp(Lanes.load(x + 4L * whole, rest).fma(inv, minusLse));
      Lanes.store(p.fma(scale, shift), dx + 4L * whole, rest);
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
