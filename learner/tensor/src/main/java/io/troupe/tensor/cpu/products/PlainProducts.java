package io.troupe.tensor.cpu.products;

import io.troupe.tensor.DType;
import io.troupe.tensor.memory.Memory;

/**
 * Products in double precision as the textbook writes them, one dot product per element: the
 * reference of gradient checks.
 */
final class PlainProducts {
  private static final long SIZE = DType.FLOAT64.sizeBytes();

  private PlainProducts() {}

  /** Overwrites {@code out}, or adds to it. */
  static void multiply(Operands x, boolean accumulate) {
    for (int i = 0; i < x.m(); i++) {
      for (int j = 0; j < x.n(); j++) {
        double sum =
            dot(x.k(), x.a() + i * x.aRow(), x.aStep(), x.b() + j * x.bColumn(), x.bStep());
        long at = x.out() + i * x.outRow() + j * SIZE;
        Memory.setDouble(at, accumulate ? Memory.getDouble(at) + sum : sum);
      }
    }
  }

  private static double dot(int length, long a, long aStep, long b, long bStep) {
    double sum = 0;
    for (int p = 0; p < length; p++) {
      sum += Memory.getDouble(a + p * aStep) * Memory.getDouble(b + p * bStep);
    }
    return sum;
  }

  /** Adds a row of n elements to each row of {@code out} (m, n). */
  static void addBias(long out, int m, int n, long bias) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        long at = out + SIZE * ((long) i * n + j);
        Memory.setDouble(at, Memory.getDouble(at) + Memory.getDouble(bias + SIZE * j));
      }
    }
  }
}
