package io.troupe.tensor.cpu.aggregation;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.setDouble;

import io.troupe.tensor.Csr;

/** Sums and maxima over sparse rows in doubles: plain, the reference of gradient checks. */
final class Float64SparseRows {
  private Float64SparseRows() {}

  private static int position(Csr csr, int e) {
    return csr.positions() == null ? e : csr.positions()[e];
  }

  static void sum(
      long out, Csr csr, long x, int features, long weights, int heads, int from, int to) {
    int width = Math.max(1, features / heads);
    for (int r = from; r < to; r++) {
      for (int i = 0; i < features; i++) {
        double sum = 0;
        for (int e = csr.offsets()[r]; e < csr.offsets()[r + 1]; e++) {
          long weight = (long) position(csr, e) * heads + i / width;
          double sent = getDouble(x + 8 * ((long) csr.columns()[e] * features + i));
          sum += weights == 0 ? sent : sent * getDouble(weights + 8 * weight);
        }
        setDouble(out + 8 * ((long) r * features + i), sum);
      }
    }
  }

  static void weightGrad(
      long dWeights, Csr csr, long dOut, long x, int features, int heads, int from, int to) {
    int width = features / heads;
    for (int r = from; r < to; r++) {
      for (int e = csr.offsets()[r]; e < csr.offsets()[r + 1]; e++) {
        for (int h = 0; h < heads; h++) {
          double sum = 0;
          for (int i = h * width; i < (h + 1) * width; i++) {
            sum +=
                getDouble(dOut + 8 * ((long) r * features + i))
                    * getDouble(x + 8 * ((long) csr.columns()[e] * features + i));
          }
          setDouble(dWeights + 8 * ((long) position(csr, e) * heads + h), sum);
        }
      }
    }
  }

  static void max(long out, long ties, Csr csr, long x, int features, int from, int to) {
    for (int r = from; r < to; r++) {
      int first = csr.offsets()[r];
      int end = csr.offsets()[r + 1];
      for (int i = 0; i < features; i++) {
        double largest = first == end ? 0 : Double.NEGATIVE_INFINITY;
        for (int e = first; e < end; e++) {
          largest = Math.max(largest, getDouble(x + 8 * ((long) csr.columns()[e] * features + i)));
        }
        int equal = 0;
        for (int e = first; e < end; e++) {
          equal += getDouble(x + 8 * ((long) csr.columns()[e] * features + i)) == largest ? 1 : 0;
        }
        setDouble(out + 8 * ((long) r * features + i), largest);
        setDouble(ties + 8 * ((long) r * features + i), equal);
      }
    }
  }

  static void maxGrad(
      long dx,
      Csr byColumn,
      long dOut,
      long ties,
      long x,
      long out,
      int features,
      int from,
      int to) {
    for (int s = from; s < to; s++) {
      for (int i = 0; i < features; i++) {
        double sent = getDouble(x + 8 * ((long) s * features + i));
        double sum = 0;
        for (int e = byColumn.offsets()[s]; e < byColumn.offsets()[s + 1]; e++) {
          long there = 8 * ((long) byColumn.columns()[e] * features + i);
          if (sent == getDouble(out + there)) {
            sum += getDouble(dOut + there) / getDouble(ties + there);
          }
        }
        setDouble(dx + 8 * ((long) s * features + i), sum);
      }
    }
  }
}
