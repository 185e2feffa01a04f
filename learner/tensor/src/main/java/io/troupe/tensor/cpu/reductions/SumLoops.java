package io.troupe.tensor.cpu.reductions;

import io.troupe.tensor.backend.ReduceOp;
import io.troupe.tensor.cpu.elementwise.BinaryLoops;
import io.troupe.tensor.cpu.elementwise.FusedLoops;
import io.troupe.tensor.cpu.vectors.FloatScan;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums and maxima over floats, in an order that the length alone decides.
 *
 * <p>Sums run in blocks of {@link #BLOCK} elements that are added up in double precision, so the
 * error does not grow with the length.
 */
public final class SumLoops {
  public static final int BLOCK = 4096;

  private SumLoops() {}

  /** Reduces {@code n} elements in a row. */
  static double reduce(ReduceOp op, long a, int n) {
    return op == ReduceOp.SUM ? sum(a, n) : max(a, n);
  }

  public static double sum(long a, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += BLOCK) {
      sum += blockSum(a + 4L * from, Math.min(BLOCK, n - from));
    }
    return sum;
  }

  private static float blockSum(long a, int n) {
    int step = 4 * Lanes.COUNT;
    FloatVector s0 = Lanes.all(0f);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= n - step; i += step) {
      long at = a + 4L * i;
      s0 = s0.add(Lanes.load(at));
      s1 = s1.add(Lanes.load(at + 4L * Lanes.COUNT));
      s2 = s2.add(Lanes.load(at + 8L * Lanes.COUNT));
      s3 = s3.add(Lanes.load(at + 12L * Lanes.COUNT));
    }
    for (; i <= n - Lanes.COUNT; i += Lanes.COUNT) {
      s0 = s0.add(Lanes.load(a + 4L * i));
    }
    if (i < n) {
      s1 = s1.add(Lanes.load(a + 4L * i, Lanes.first(n - i)));
    }
    return Lanes.sum(s0.add(s1).add(s2.add(s3)));
  }

  /** The largest element, NaN if one is NaN, -infinity if there is none. */
  public static float max(long a, int n) {
    FloatVector m0 = Lanes.all(Float.NEGATIVE_INFINITY);
    FloatVector m1 = m0;
    int i = 0;
    for (; i <= n - 2 * Lanes.COUNT; i += 2 * Lanes.COUNT) {
      m0 = m0.max(Lanes.load(a + 4L * i));
      m1 = m1.max(Lanes.load(a + 4L * i + 4L * Lanes.COUNT));
    }
    for (; i <= n - Lanes.COUNT; i += Lanes.COUNT) {
      m0 = m0.max(Lanes.load(a + 4L * i));
    }
    if (i < n) {
      VectorMask<Float> rest = Lanes.first(n - i);
      m1 = m1.max(Lanes.load(a + 4L * i, rest).blend(Float.NEGATIVE_INFINITY, rest.not()));
    }
    return m0.max(m1).reduceLanes(VectorOperators.MAX);
  }

  /** Combines {@code rows} rows of {@code n} columns element by element; out is overwritten. */
  static void columns(ReduceOp op, long out, long a, long rows, int n) {
    Memory.copy(out, a, 4L * n);
    for (long row = 1; row < rows; row++) {
      combine(op, out, a + 4 * row * n, n);
    }
  }

  private static void combine(ReduceOp op, long out, long a, int n) {
    if (op == ReduceOp.SUM) {
      FusedLoops.BEST.addScaled(out, a, 1f, n);
    } else {
      BinaryLoops.run(BinaryLoops::maximum, out, out, -1, a, -1, n);
    }
  }

  /** The index of the first largest element; the first NaN, if there is one, counts as largest. */
  public static int argmax(long a, int n) {
    float max = max(a, n);
    if (!Float.isNaN(max)) {
      return FloatScan.firstAtLeast(a, 0, n, max);
    }
    int first = 0;
    while (first < n - 1 && !Float.isNaN(Memory.getFloat(a + 4L * first))) {
      first++;
    }
    return first;
  }
}
