package io.troupe.tensor.cpu.reductions;

import io.troupe.tensor.backend.ReduceOp;
import io.troupe.tensor.memory.Memory;

/** Sums and maxima over doubles: plain, the reference of gradient checks. */
public final class Float64Sums {
  private Float64Sums() {}

  public static double sum(long a, long n) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      sum += Memory.getDouble(a + 8 * i);
    }
    return sum;
  }

  public static double max(long a, long n) {
    double max = Double.NEGATIVE_INFINITY;
    for (long i = 0; i < n; i++) {
      max = Math.max(max, Memory.getDouble(a + 8 * i));
    }
    return max;
  }

  static double sumSquares(long a, long n) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      double x = Memory.getDouble(a + 8 * i);
      sum += x * x;
    }
    return sum;
  }

  /** The index of the first largest element; the first NaN, if there is one, counts as largest. */
  static int argmax(long a, int n) {
    double max = max(a, n);
    for (int i = 0; i < n; i++) {
      double x = Memory.getDouble(a + 8L * i);
      if (x == max || Double.isNaN(x)) {
        return i;
      }
    }
    return 0;
  }

  /** Reduces the middle one of three dimensions. */
  static void reduce(ReduceOp op, long out, long a, long outer, long reduced, long inner) {
    for (long o = 0; o < outer; o++) {
      for (long i = 0; i < inner; i++) {
        double result = op == ReduceOp.SUM ? 0 : Double.NEGATIVE_INFINITY;
        for (long r = 0; r < reduced; r++) {
          double x = Memory.getDouble(a + 8 * ((o * reduced + r) * inner + i));
          result = op == ReduceOp.SUM ? result + x : Math.max(result, x);
        }
        Memory.setDouble(out + 8 * (o * inner + i), result);
      }
    }
  }
}
