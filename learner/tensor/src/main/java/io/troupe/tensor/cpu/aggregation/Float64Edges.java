package io.troupe.tensor.cpu.aggregation;

import static io.troupe.tensor.memory.Memory.getDouble;
import static io.troupe.tensor.memory.Memory.setDouble;

import io.troupe.tensor.Csr;

/** Values of the entries of sparse rows in double precision: the reference of gradient checks. */
final class Float64Edges {
  private Float64Edges() {}

  /** The offset of an entry's value for a head. */
  private static long at(Csr csr, int e, int heads, int h) {
    return 8 * ((long) (csr.positions() == null ? e : csr.positions()[e]) * heads + h);
  }

  static void scores(
      long out, Csr csr, long ofRows, long ofColumns, int heads, double slope, int from, int to) {
    for (int r = from; r < to; r++) {
      for (int e = csr.offsets()[r]; e < csr.offsets()[r + 1]; e++) {
        for (int h = 0; h < heads; h++) {
          double sum =
              getDouble(ofRows + 8 * ((long) r * heads + h))
                  + getDouble(ofColumns + 8 * ((long) csr.columns()[e] * heads + h));
          setDouble(out + at(csr, e, heads, h), sum < 0 ? sum * slope : sum);
        }
      }
    }
  }

  static void sumScoreGrads(
      long sums, Csr csr, long dOut, long out, int heads, double slope, int from, int to) {
    for (int r = from; r < to; r++) {
      for (int h = 0; h < heads; h++) {
        double sum = 0;
        for (int e = csr.offsets()[r]; e < csr.offsets()[r + 1]; e++) {
          long at = at(csr, e, heads, h);
          sum += getDouble(dOut + at) * (getDouble(out + at) > 0 ? 1 : slope);
        }
        setDouble(sums + 8 * ((long) r * heads + h), sum);
      }
    }
  }

  static void softmax(long out, Csr csr, long scores, int heads, int from, int to) {
    for (int r = from; r < to; r++) {
      int first = csr.offsets()[r];
      int end = csr.offsets()[r + 1];
      for (int h = 0; h < heads; h++) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int e = first; e < end; e++) {
          largest = Math.max(largest, getDouble(scores + at(csr, e, heads, h)));
        }
        double sum = 0;
        for (int e = first; e < end; e++) {
          double power = Math.exp(getDouble(scores + at(csr, e, heads, h)) - largest);
          setDouble(out + at(csr, e, heads, h), power);
          sum += power;
        }
        for (int e = first; e < end; e++) {
          long at = out + at(csr, e, heads, h);
          setDouble(at, getDouble(at) / sum);
        }
      }
    }
  }

  static void softmaxGrad(long dScores, Csr csr, long dOut, long out, int heads, int from, int to) {
    for (int r = from; r < to; r++) {
      int first = csr.offsets()[r];
      int end = csr.offsets()[r + 1];
      for (int h = 0; h < heads; h++) {
        double dot = 0;
        for (int e = first; e < end; e++) {
          long at = at(csr, e, heads, h);
          dot += getDouble(dOut + at) * getDouble(out + at);
        }
        for (int e = first; e < end; e++) {
          long at = at(csr, e, heads, h);
          setDouble(dScores + at, (getDouble(dOut + at) - dot) * getDouble(out + at));
        }
      }
    }
  }
}
