package io.troupe.tensor.cpu.reductions;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.ReduceOp;
import io.troupe.tensor.cpu.elementwise.Conversion;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;

/**
 * Reduces any dimensions of a tensor.
 *
 * <p>Neighboring dimensions that are all kept or all reduced are merged; then one group of reduced
 * dimensions after the other, innermost first, is the middle of (outer, reduced, inner).
 */
final class Reducer {
  /** Rows of one sum of columns: few, so that rounding errors stay small. */
  private static final int LEAST_ROWS = 16;

  private static final int MOST_ROWS = 128;

  private final ComputePool pool;

  Reducer(ComputePool pool) {
    this.pool = pool;
  }

  void reduce(ReduceOp op, Tensor out, Tensor a) {
    if (a.numel() == 0) {
      double nothing = op == ReduceOp.SUM ? 0 : Double.NEGATIVE_INFINITY;
      Conversion.fill(out.dtype(), out.address(), nothing, 0, out.numel());
      return;
    }
    long[] sizes = new long[a.rank() + 1];
    boolean firstIsReduced = isReduced(out.shape(), a.shape(), 0);
    int groups = groups(out.shape(), a.shape(), sizes);
    // groups are kept and reduced in turn
    boolean lastIsReduced = firstIsReduced == (groups % 2 == 1);
    int lastReduced = lastIsReduced ? groups - 1 : groups - 2;
    if (lastReduced < 0) {
      Memory.copy(out.address(), a.address(), a.sizeBytes());
      return;
    }
    try (Arena arena = lastReduced >= 2 ? Arena.ofConfined() : null) {
      long from = a.address();
      long inner = lastReduced < groups - 1 ? sizes[groups - 1] : 1;
      for (int g = lastReduced; g >= 0; g -= 2) {
        long outer = 1;
        for (int i = 0; i < g; i++) {
          outer *= sizes[i];
        }
        long bytes = outer * inner * a.dtype().sizeBytes();
        long to = g < 2 ? out.address() : arena.allocate(bytes, 64).address();
        middle(op, a.dtype(), to, from, outer, sizes[g], inner);
        from = to;
        inner *= g > 0 ? sizes[g - 1] : 1;
      }
    }
  }

  private static boolean isReduced(Shape out, Shape a, int dim) {
    int i = dim - (a.rank() - out.rank());
    return a.rank() > 0 && (i < 0 || out.size(i) != a.size(dim));
  }

  /** Merges dimensions into groups that are kept and reduced in turn; returns their number. */
  private static int groups(Shape out, Shape a, long[] sizes) {
    int groups = 0;
    boolean before = false;
    for (int i = 0; i < a.rank(); i++) {
      boolean reduced = isReduced(out, a, i);
      if (groups == 0 || reduced != before) {
        sizes[groups++] = 1;
      }
      sizes[groups - 1] *= a.size(i);
      before = reduced;
    }
    return groups;
  }

  private void middle(
      ReduceOp op, DType type, long out, long a, long outer, long reduced, long inner) {
    if (type == DType.FLOAT64) {
      Float64Sums.reduce(op, out, a, outer, reduced, inner);
    } else if (inner > 1) {
      columns(op, out, a, outer, reduced, Math.toIntExact(inner));
    } else if (reduced <= Partition.ELEMENTS) {
      rows(op, out, a, outer, (int) reduced);
    } else {
      for (long o = 0; o < outer; o++) {
        Memory.setFloat(out + 4 * o, (float) longRow(op, a + 4 * o * reduced, reduced));
      }
    }
  }

  private void rows(ReduceOp op, long out, long a, long outer, int n) {
    Partition.rows(
        pool,
        outer,
        n,
        (first, last) -> {
          for (long r = first; r < last; r++) {
            Memory.setFloat(out + 4 * r, (float) SumLoops.reduce(op, a + 4 * r * n, n));
          }
        });
  }

  private double longRow(ReduceOp op, long a, long n) {
    double[] partial = new double[Math.toIntExact((n - 1) / Partition.ELEMENTS + 1)];
    Partition.elements(
        pool,
        n,
        (from, end) ->
            partial[(int) (from / Partition.ELEMENTS)] =
                SumLoops.reduce(op, a + 4 * from, (int) (end - from)));
    double result = partial[0];
    for (int i = 1; i < partial.length; i++) {
      result = op == ReduceOp.SUM ? result + partial[i] : Math.max(result, partial[i]);
    }
    return result;
  }

  /** Blocks of rows first, then the results of the blocks in the same way. */
  private void columns(ReduceOp op, long out, long a, long outer, long reduced, int inner) {
    long perBlock = Math.clamp(Partition.ELEMENTS / inner, LEAST_ROWS, MOST_ROWS);
    if (reduced <= perBlock) {
      blocks(op, out, a, outer, 1, reduced, reduced, inner);
      return;
    }
    long blocks = (reduced + perBlock - 1) / perBlock;
    try (Arena arena = Arena.ofConfined()) {
      long partial = arena.allocate(4 * outer * blocks * inner, 64).address();
      blocks(op, partial, a, outer, blocks, perBlock, reduced, inner);
      columns(op, out, partial, outer, blocks, inner);
    }
  }

  private void blocks(
      ReduceOp op, long out, long a, long outer, long blocks, long rows, long reduced, int inner) {
    Partition.rows(
        pool,
        outer * blocks,
        rows * inner,
        (first, last) -> {
          for (long i = first; i < last; i++) {
            long row = i % blocks * rows;
            long from = a + 4 * (i / blocks * reduced + row) * inner;
            SumLoops.columns(op, out + 4 * i * inner, from, Math.min(rows, reduced - row), inner);
          }
        });
  }
}
