package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.cpu.elementwise.FusedLoops;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Rows with the Vector API. */
final class VectorNorms implements NormKernels {
  @Override
  public void normalize(NormRows rows, double eps, int count) {
    int n = rows.n();
    for (int r = 0; r < count; r++) {
      NormRows row = rows.from(r);
      float mean = row.mean() == 0 ? 0 : Memory.getFloat(row.mean());
      float rstd = (float) (1 / Math.sqrt(meanSquare(row.x(), mean, n) + eps));
      Memory.setFloat(row.rstd(), rstd);
      apply(row.out(), row.x(), mean, rstd, row.weight(), row.bias(), n);
    }
  }

  @Override
  public void grad(NormGradRows rows, int count, long dWeight, long dBias) {
    int n = rows.n();
    for (int r = 0; r < count; r++) {
      NormGradRows row = rows.from(r);
      boolean centered = row.mean() != 0;
      float mean = centered ? Memory.getFloat(row.mean()) : 0;
      float rstd = Memory.getFloat(row.rstd());
      addParameterGrads(dWeight, dBias, row.dy(), row.x(), mean, rstd, n);
      if (row.dx() != 0) {
        grad(row.dx(), row.accumulate(), row.dy(), row.x(), mean, rstd, row.weight(), centered, n);
      }
    }
  }

  /** The mean of {@code (x - center)^2}. */
  static double meanSquare(long x, float center, int n) {
    FloatVector c = Lanes.all(center);
    FloatVector s0 = Lanes.all(0f);
    FloatVector s1 = s0;
    int i = 0;
    for (; i <= n - 2 * Lanes.COUNT; i += 2 * Lanes.COUNT) {
      FloatVector d0 = Lanes.load(x + 4L * i).sub(c);
      FloatVector d1 = Lanes.load(x + 4L * i + 4L * Lanes.COUNT).sub(c);
      s0 = d0.fma(d0, s0);
      s1 = d1.fma(d1, s1);
    }
    for (; i <= n - Lanes.COUNT; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(x + 4L * i).sub(c);
      s0 = d.fma(d, s0);
    }
    if (i < n) {
      VectorMask<Float> rest = Lanes.first(n - i);
      FloatVector d = Lanes.load(x + 4L * i, rest).sub(c);
      s1 = s1.add(d.mul(d), rest);
    }
    return Lanes.sum(s0.add(s1)) / (double) n;
  }

  /** {@code out = (x - mean) * rstd * weight + bias}. */
  private static void apply(
      long out, long x, float mean, float rstd, long weight, long bias, int n) {
    FloatVector m = Lanes.all(mean);
    FloatVector r = Lanes.all(rstd);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector normal = Lanes.load(x + 4L * i).sub(m).mul(r);
      FloatVector b = bias == 0 ? Lanes.all(0f) : Lanes.load(bias + 4L * i);
      Lanes.store(normal.fma(Lanes.load(weight + 4L * i), b), out + 4L * i);
    }
    if (whole < n) {
      long at = 4L * whole;
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector normal = Lanes.load(x + at, rest).sub(m).mul(r);
      FloatVector b = bias == 0 ? Lanes.all(0f) : Lanes.load(bias + at, rest);
      Lanes.store(normal.fma(Lanes.load(weight + at, rest), b), out + at, rest);
    }
  }

  /**
   * {@code dx = rstd * (g - meanG - normal * dot)} with {@code g = dy * weight} and {@code normal =
   * (x - mean) * rstd}, where dot is the mean of {@code g * normal}. One method per pass: the JIT
   * compiler's first tier gives up on all of them together, and then vectors stay objects.
   *
   * @param accumulate whether the result is added to {@code dx}
   * @param centered whether the mean of g is subtracted: layer normalization
   */
  private static void grad(
      long dx,
      boolean accumulate,
      long dy,
      long x,
      float mean,
      float rstd,
      long weight,
      boolean centered,
      int n) {
    float meanG = centered ? sumOfGrads(dy, weight, n) / n : 0f;
    float slope = sumOfProducts(dy, x, mean, weight, n) * rstd * rstd / n;
    applyGrad(dx, accumulate, dy, x, mean, rstd, weight, meanG, slope, n);
  }

  /** The sum of {@code dy * weight}. */
  private static float sumOfGrads(long dy, long weight, int n) {
    FloatVector sum = Lanes.all(0f);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      sum = sum.add(Lanes.load(dy + 4L * i).mul(Lanes.load(weight + 4L * i)));
    }
    if (whole < n) {
      long end = 4L * whole;
      VectorMask<Float> rest = Lanes.first(n - whole);
      sum = sum.add(Lanes.load(dy + end, rest).mul(Lanes.load(weight + end, rest)));
    }
    return Lanes.sum(sum);
  }

  /** The sum of {@code dy * weight * (x - mean)}. */
  private static float sumOfProducts(long dy, long x, float mean, long weight, int n) {
    FloatVector m = Lanes.all(mean);
    FloatVector sum = Lanes.all(0f);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector g = Lanes.load(dy + 4L * i).mul(Lanes.load(weight + 4L * i));
      sum = g.fma(Lanes.load(x + 4L * i).sub(m), sum);
    }
    if (whole < n) {
      long end = 4L * whole;
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector g = Lanes.load(dy + end, rest).mul(Lanes.load(weight + end, rest));
      sum = g.fma(Lanes.load(x + end, rest).sub(m), sum);
    }
    return Lanes.sum(sum);
  }

  /** {@code dx = rstd * (dy * weight - meanG - (x - mean) * slope)}. */
  private static void applyGrad(
      long dx,
      boolean accumulate,
      long dy,
      long x,
      float mean,
      float rstd,
      long weight,
      float meanG,
      float slope,
      int n) {
    FloatVector m = Lanes.all(mean);
    FloatVector r = Lanes.all(rstd);
    FloatVector center = Lanes.all(meanG);
    FloatVector scale = Lanes.all(slope);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector g = Lanes.load(dy + 4L * i).mul(Lanes.load(weight + 4L * i)).sub(center);
      FloatVector d = Lanes.load(x + 4L * i).sub(m);
      FloatVector result = g.sub(d.mul(scale)).mul(r);
      Lanes.store(accumulate ? Lanes.load(dx + 4L * i).add(result) : result, dx + 4L * i);
    }
    if (whole < n) {
      long end = 4L * whole;
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector g = Lanes.load(dy + end, rest).mul(Lanes.load(weight + end, rest)).sub(center);
      FloatVector d = Lanes.load(x + end, rest).sub(m);
      FloatVector result = g.sub(d.mul(scale)).mul(r);
      FloatVector total = accumulate ? Lanes.load(dx + end, rest).add(result) : result;
      Lanes.store(total, dx + end, rest);
    }
  }

  /** {@code dWeight += dy * (x - mean) * rstd} and {@code dBias += dy}. */
  private static void addParameterGrads(
      long dWeight, long dBias, long dy, long x, float mean, float rstd, int n) {
    if (dWeight != 0) {
      addWeightGrad(dWeight, dy, x, mean, rstd, n);
    }
    if (dBias != 0) {
      FusedLoops.BEST.addScaled(dBias, dy, 1f, n);
    }
  }

  private static void addWeightGrad(long dWeight, long dy, long x, float mean, float rstd, int n) {
    FloatVector m = Lanes.all(mean);
    FloatVector r = Lanes.all(rstd);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector normal = Lanes.load(x + 4L * i).sub(m).mul(r);
      FloatVector before = Lanes.load(dWeight + 4L * i);
      Lanes.store(normal.fma(Lanes.load(dy + 4L * i), before), dWeight + 4L * i);
    }
    if (whole < n) {
      long at = 4L * whole;
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector normal = Lanes.load(x + at, rest).sub(m).mul(r);
      FloatVector before = Lanes.load(dWeight + at, rest);
      Lanes.store(normal.fma(Lanes.load(dy + at, rest), before), dWeight + at, rest);
    }
  }
}
