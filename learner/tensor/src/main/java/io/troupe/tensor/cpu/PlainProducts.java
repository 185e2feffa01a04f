package io.troupe.tensor.cpu;

import io.troupe.tensor.DType;
import io.troupe.tensor.Memory;

/**
 * Matrix products as the textbook writes them, one dot product per element. In double precision
 * they are the reference of gradient checks and tests.
 */
final class PlainProducts {
  private PlainProducts() {}

  /**
   * {@code out (m, n) = a (m, k) b (k, n)}, or {@code +=} when accumulating; FLOAT64 throughout.
   *
   * @param aRow elements from one row of {@code a} to the next, {@code aColumn} from one column to
   *     the next; a transposed operand swaps the two
   */
  static void multiply(
      long out,
      int m,
      int n,
      int k,
      long a,
      long aRow,
      long aColumn,
      long b,
      long bRow,
      long bColumn,
      boolean accumulate) {
    int size = DType.FLOAT64.sizeBytes();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum +=
              Memory.getDouble(a + size * (i * aRow + p * aColumn))
                  * Memory.getDouble(b + size * (p * bRow + j * bColumn));
        }
        long at = out + size * ((long) i * n + j);
        Memory.setDouble(at, accumulate ? Memory.getDouble(at) + sum : sum);
      }
    }
  }

  /** As the product in double precision; FLOAT32 throughout. */
  static void multiplyFloats(
      long out,
      int m,
      int n,
      int k,
      long a,
      long aRow,
      long aColumn,
      long b,
      long bRow,
      long bColumn,
      boolean accumulate) {
    int size = DType.FLOAT32.sizeBytes();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = 0;
        for (int p = 0; p < k; p++) {
          sum =
              Math.fma(
                  Memory.getFloat(a + size * (i * aRow + p * aColumn)),
                  Memory.getFloat(b + size * (p * bRow + j * bColumn)),
                  sum);
        }
        long at = out + size * ((long) i * n + j);
        Memory.setFloat(at, accumulate ? Memory.getFloat(at) + sum : sum);
      }
    }
  }

  /** Adds a row of n elements to each of m rows; FLOAT64. */
  static void addBias(long out, int m, int n, long bias) {
    int size = DType.FLOAT64.sizeBytes();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        long at = out + size * ((long) i * n + j);
        Memory.setDouble(at, Memory.getDouble(at) + Memory.getDouble(bias + (long) size * j));
      }
    }
  }

  /** Adds a row of n elements to each of m rows; FLOAT32. */
  static void addBiasFloats(long out, int m, int n, long bias) {
    int size = DType.FLOAT32.sizeBytes();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        long at = out + size * ((long) i * n + j);
        Memory.setFloat(at, Memory.getFloat(at) + Memory.getFloat(bias + (long) size * j));
      }
    }
  }
}
