package io.troupe.tensor.cpu.reductions;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Softmax and log-softmax of one row of floats, with their gradients. The rest after whole vectors
 * uses the scalar version of the exponential: a second inlined copy of the vector one would be more
 * than the compiler takes in one method.
 */
final class SoftmaxRows {
  private SoftmaxRows() {}

  /** A row of {@code n} elements. */
  @FunctionalInterface
  interface Row {
    void run(long out, long a, int n);
  }

  /** The gradient of a row. */
  @FunctionalInterface
  interface GradRow {
    void run(long dx, long dy, long y, int n);
  }

  static void softmax(long out, long a, int n) {
    float max = SumLoops.max(a, n);
    int whole = Lanes.whole(n);
    float sum = storeExp(out, a, max, whole);
    for (int i = whole; i < n; i++) {
      float e = VectorMath.exp(Memory.getFloat(a + 4L * i) - max);
      Memory.setFloat(out + 4L * i, e);
      sum += e;
    }
    scale(out, 1f / sum, n);
  }

  private static float storeExp(long out, long a, float highest, int whole) {
    FloatVector max = Lanes.all(highest);
    FloatVector sum = Lanes.all(0f);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector e = VectorMath.exp(Lanes.load(a + 4L * i).sub(max));
      Lanes.store(e, out + 4L * i);
      sum = sum.add(e);
    }
    return Lanes.sum(sum);
  }

  private static void scale(long a, float factor, int n) {
    FloatVector f = Lanes.all(factor);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(a + 4L * i).mul(f), a + 4L * i);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      Lanes.store(Lanes.load(a + 4L * whole, rest).mul(f), a + 4L * whole, rest);
    }
  }

  static void softmaxGrad(long dx, long dy, long y, int n) {
    FloatVector sum = Lanes.all(0f);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      sum = Lanes.load(dy + 4L * i).fma(Lanes.load(y + 4L * i), sum);
    }
    VectorMask<Float> rest = Lanes.first(n - whole);
    if (whole < n) {
      sum = Lanes.load(dy + 4L * whole, rest).fma(Lanes.load(y + 4L * whole, rest), sum);
    }
    FloatVector dot = Lanes.all(Lanes.sum(sum));
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dy + 4L * i).sub(dot);
      Lanes.store(d.mul(Lanes.load(y + 4L * i)), dx + 4L * i);
    }
    if (whole < n) {
      FloatVector d = Lanes.load(dy + 4L * whole, rest).sub(dot);
      Lanes.store(d.mul(Lanes.load(y + 4L * whole, rest)), dx + 4L * whole, rest);
    }
  }

  static void logSoftmax(long out, long a, int n) {
    float highest = SumLoops.max(a, n);
    FloatVector max = Lanes.all(highest);
    FloatVector logSum = Lanes.all((float) Math.log(sumExp(a, highest, n)));
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(a + 4L * i).sub(max).sub(logSum), out + 4L * i);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector x = Lanes.load(a + 4L * whole, rest);
      Lanes.store(x.sub(max).sub(logSum), out + 4L * whole, rest);
    }
  }

  /** The sum of {@code exp(a - max)}. */
  private static double sumExp(long a, float highest, int n) {
    double total = 0;
    for (int from = 0; from < n; from += SumLoops.BLOCK) {
      total += blockSumExp(a + 4L * from, highest, Math.min(SumLoops.BLOCK, n - from));
    }
    return total;
  }

  private static float blockSumExp(long a, float highest, int n) {
    FloatVector max = Lanes.all(highest);
    FloatVector sum = Lanes.all(0f);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      sum = sum.add(VectorMath.exp(Lanes.load(a + 4L * i).sub(max)));
    }
    float total = Lanes.sum(sum);
    for (int i = whole; i < n; i++) {
      total += VectorMath.exp(Memory.getFloat(a + 4L * i) - highest);
    }
    return total;
  }

  static void logSoftmaxGrad(long dx, long dy, long y, int n) {
    float total = (float) SumLoops.sum(dy, n);
    FloatVector sum = Lanes.all(total);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector p = VectorMath.exp(Lanes.load(y + 4L * i));
      Lanes.store(Lanes.load(dy + 4L * i).sub(p.mul(sum)), dx + 4L * i);
    }
    for (int i = whole; i < n; i++) {
      float p = VectorMath.exp(Memory.getFloat(y + 4L * i));
      Memory.setFloat(dx + 4L * i, Memory.getFloat(dy + 4L * i) - p * total);
    }
  }

  // ---- double precision ----------------------------------------------------------------------

  static void softmax64(long out, long a, int n) {
    double max = Float64Sums.max(a, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double e = Math.exp(Memory.getDouble(a + 8L * i) - max);
      Memory.setDouble(out + 8L * i, e);
      sum += e;
    }
    for (int i = 0; i < n; i++) {
      Memory.setDouble(out + 8L * i, Memory.getDouble(out + 8L * i) / sum);
    }
  }

  static void softmaxGrad64(long dx, long dy, long y, int n) {
    double dot = 0;
    for (int i = 0; i < n; i++) {
      dot += Memory.getDouble(dy + 8L * i) * Memory.getDouble(y + 8L * i);
    }
    for (int i = 0; i < n; i++) {
      double d = Memory.getDouble(dy + 8L * i) - dot;
      Memory.setDouble(dx + 8L * i, d * Memory.getDouble(y + 8L * i));
    }
  }

  static void logSoftmax64(long out, long a, int n) {
    double max = Float64Sums.max(a, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.exp(Memory.getDouble(a + 8L * i) - max);
    }
    double logSum = Math.log(sum);
    for (int i = 0; i < n; i++) {
      Memory.setDouble(out + 8L * i, Memory.getDouble(a + 8L * i) - max - logSum);
    }
  }

  static void logSoftmaxGrad64(long dx, long dy, long y, int n) {
    double sum = Float64Sums.sum(dy, n);
    for (int i = 0; i < n; i++) {
      double p = Math.exp(Memory.getDouble(y + 8L * i));
      Memory.setDouble(dx + 8L * i, Memory.getDouble(dy + 8L * i) - p * sum);
    }
  }
}
