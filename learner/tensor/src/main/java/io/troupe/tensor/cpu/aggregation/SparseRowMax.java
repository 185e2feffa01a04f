package io.troupe.tensor.cpu.aggregation;

import io.troupe.tensor.Csr;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Rows;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The maximum of each feature over the rows that the entries of a sparse row refer to. */
final class SparseRowMax {
  private SparseRowMax() {}

  /** Maxima and the number of entries that have them, for the rows {@code [from, to)}. */
  static void max(long out, long ties, Csr csr, long x, int features, int from, int to) {
    int[] offsets = csr.offsets();
    for (int r = from; r < to; r++) {
      long at = 4L * r * features;
      if (offsets[r] == offsets[r + 1]) {
        Rows.clear(out + at, features);
        Rows.clear(ties + at, features);
        continue;
      }
      for (int i = 0; i < features; i += Lanes.COUNT) {
        int count = Math.min(Lanes.COUNT, features - i);
        maxVector(
            out + at + 4L * i,
            ties + at + 4L * i,
            csr.columns(),
            offsets[r],
            offsets[r + 1],
            x + 4L * i,
            features,
            count);
      }
    }
  }

  private static void maxVector(
      long out, long ties, int[] columns, int first, int end, long x, long features, int count) {
    VectorMask<Float> lanes = Lanes.first(count);
    FloatVector largest = Lanes.load(x + 4 * features * columns[first], lanes);
    for (int e = first + 1; e < end; e++) {
      largest = largest.max(Lanes.load(x + 4 * features * columns[e], lanes));
    }
    FloatVector equal = FloatVector.zero(Lanes.SPECIES);
    for (int e = first; e < end; e++) {
      FloatVector sent = Lanes.load(x + 4 * features * columns[e], lanes);
      equal = equal.add(1f, sent.compare(VectorOperators.EQ, largest));
    }
    Lanes.store(largest, out, lanes);
    Lanes.store(equal, ties, lanes);
  }

  /**
   * The gradient by {@code x} for the rows {@code [from, to)} of the transposed matrix, which are
   * rows of {@code x}.
   */
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
    int[] offsets = byColumn.offsets();
    int[] receivers = byColumn.columns();
    for (int s = from; s < to; s++) {
      for (int i = 0; i < features; i += Lanes.COUNT) {
        VectorMask<Float> lanes = Lanes.first(Math.min(Lanes.COUNT, features - i));
        long at = 4L * ((long) s * features + i);
        FloatVector sent = Lanes.load(x + at, lanes);
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        for (int e = offsets[s]; e < offsets[s + 1]; e++) {
          long there = 4L * ((long) receivers[e] * features + i);
          VectorMask<Float> won = sent.compare(VectorOperators.EQ, Lanes.load(out + there, lanes));
          FloatVector share = Lanes.load(dOut + there, lanes).div(Lanes.load(ties + there, lanes));
          sum = sum.add(share, won.and(lanes));
        }
        Lanes.store(sum, dx + at, lanes);
      }
    }
  }
}
