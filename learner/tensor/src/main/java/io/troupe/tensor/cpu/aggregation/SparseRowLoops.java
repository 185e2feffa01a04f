package io.troupe.tensor.cpu.aggregation;

import io.troupe.tensor.Csr;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Rows;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Weighted sums of the rows that the entries of a sparse row refer to. Columns are processed in
 * blocks whose sums stay in registers; entries are added in their order.
 */
final class SparseRowLoops {
  private static final int BLOCK = 4 * Lanes.COUNT;
  private static final long VECTOR_BYTES = 4L * Lanes.COUNT;

  private SparseRowLoops() {}

  /** Sums for the rows {@code [from, to)}; {@code weights} is 0 for ones. */
  static void sum(
      long out, Csr csr, long x, int features, long weights, int heads, int from, int to) {
    int[] offsets = csr.offsets();
    int width = features / heads;
    for (int r = from; r < to; r++) {
      for (int h = 0; h < heads; h++) {
        long column = 4L * h * width;
        long target = out + 4L * r * features + column;
        long ofHead = weights == 0 ? 0 : weights + 4L * h;
        sumRow(target, csr, offsets[r], offsets[r + 1], x + column, features, width, ofHead, heads);
      }
    }
  }

  private static void sumRow(
      long out,
      Csr csr,
      int first,
      int end,
      long x,
      int features,
      int width,
      long weights,
      int heads) {
    int i = 0;
    for (; i <= width - BLOCK; i += BLOCK) {
      sumBlock(out + 4L * i, csr, first, end, x + 4L * i, features, weights, heads);
    }
    for (; i <= width - Lanes.COUNT; i += Lanes.COUNT) {
      sumVector(out + 4L * i, csr, first, end, x + 4L * i, features, weights, heads);
    }
    if (i < width) {
      sumRest(out + 4L * i, csr, first, end, x + 4L * i, features, width - i, weights, heads);
    }
  }

  private static void sumBlock(
      long out, Csr csr, int first, int end, long x, long features, long weights, long heads) {
    int[] columns = csr.columns();
    int[] positions = csr.positions();
    FloatVector s0 = FloatVector.zero(Lanes.SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int e = first; e < end; e++) {
      long at = x + 4 * features * columns[e];
      FloatVector w = Lanes.all(weight(weights, heads, positions, e));
      s0 = Lanes.load(at).fma(w, s0);
      s1 = Lanes.load(at + VECTOR_BYTES).fma(w, s1);
      s2 = Lanes.load(at + 2 * VECTOR_BYTES).fma(w, s2);
      s3 = Lanes.load(at + 3 * VECTOR_BYTES).fma(w, s3);
    }
    Lanes.store(s0, out);
    Lanes.store(s1, out + VECTOR_BYTES);
    Lanes.store(s2, out + 2 * VECTOR_BYTES);
    Lanes.store(s3, out + 3 * VECTOR_BYTES);
  }

  private static void sumVector(
      long out, Csr csr, int first, int end, long x, long features, long weights, long heads) {
    int[] columns = csr.columns();
    int[] positions = csr.positions();
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    for (int e = first; e < end; e++) {
      FloatVector w = Lanes.all(weight(weights, heads, positions, e));
      sum = Lanes.load(x + 4 * features * columns[e]).fma(w, sum);
    }
    Lanes.store(sum, out);
  }

  private static void sumRest(
      long out,
      Csr csr,
      int first,
      int end,
      long x,
      long features,
      int count,
      long weights,
      long heads) {
    int[] columns = csr.columns();
    int[] positions = csr.positions();
    VectorMask<Float> rest = Lanes.first(count);
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    for (int e = first; e < end; e++) {
      FloatVector w = Lanes.all(weight(weights, heads, positions, e));
      sum = Lanes.load(x + 4 * features * columns[e], rest).fma(w, sum);
    }
    Lanes.store(sum, out, rest);
  }

  private static float weight(long weights, long heads, int[] positions, int e) {
    if (weights == 0) {
      return 1f;
    }
    return Memory.getFloat(weights + 4 * heads * (positions == null ? e : positions[e]));
  }

  /** {@code dWeights[e, h]} for the entries of the rows {@code [from, to)}. */
  static void weightGrad(
      long dWeights, Csr csr, long dOut, long x, int features, int heads, int from, int to) {
    int[] offsets = csr.offsets();
    int[] columns = csr.columns();
    int[] positions = csr.positions();
    int width = features / heads;
    for (int r = from; r < to; r++) {
      long ofRow = dOut + 4L * r * features;
      for (int e = offsets[r]; e < offsets[r + 1]; e++) {
        long ofColumn = x + 4L * features * columns[e];
        long target = dWeights + 4L * heads * (positions == null ? e : positions[e]);
        for (int h = 0; h < heads; h++) {
          long skip = 4L * h * width;
          Memory.setFloat(target + 4L * h, Rows.dot(ofRow + skip, ofColumn + skip, width));
        }
      }
    }
  }
}
