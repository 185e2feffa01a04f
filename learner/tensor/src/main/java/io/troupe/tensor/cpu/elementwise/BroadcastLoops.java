package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Operands of different shapes: the loops of the innermost dimension, run by run. */
final class BroadcastLoops {
  private BroadcastLoops() {}

  /** Computes elements {@code [from, end)} of run {@code run} of the innermost dimension. */
  @FunctionalInterface
  private interface Run {
    void compute(long run, long from, long end);
  }

  /** Splits the runs into parts; a run that is longer than a part is split, too. */
  private static void runs(ComputePool pool, Broadcast loops, Run body) {
    long inner = loops.inner();
    if (inner <= Partition.ELEMENTS) {
      Partition.rows(
          pool,
          loops.outer(),
          inner,
          (first, last) -> {
            for (long run = first; run < last; run++) {
              body.compute(run, 0, inner);
            }
          });
      return;
    }
    for (long run = 0; run < loops.outer(); run++) {
      long fixed = run;
      Partition.elements(pool, inner, (from, end) -> body.compute(fixed, from, end));
    }
  }

  static void binary(ComputePool pool, BinaryOp op, Tensor out, Tensor a, Tensor b) {
    if (out.numel() == 0) {
      return;
    }
    Broadcast loops = Broadcast.of(out.shape(), a, b);
    long to = out.address();
    long aAt = a.address();
    long bAt = b.address();
    long aMoves = loops.moves(0) ? -1 : 0;
    long bMoves = loops.moves(1) ? -1 : 0;
    long inner = loops.inner();
    if (out.dtype() == DType.FLOAT64) {
      for (long run = 0; run < loops.outer(); run++) {
        long first = aAt + 8 * loops.offset(0, run);
        long second = bAt + 8 * loops.offset(1, run);
        Float64Loops.binary(op, to + 8 * run * inner, first, aMoves, second, bMoves, inner);
      }
      return;
    }
    BinaryLoops.Loop loop = BinaryLoops.of(op);
    runs(
        pool,
        loops,
        (run, from, end) -> {
          long first = aAt + 4 * loops.offset(0, run) + (4 * from & aMoves);
          long second = bAt + 4 * loops.offset(1, run) + (4 * from & bMoves);
          BinaryLoops.run(
              loop,
              to + 4 * (run * inner + from),
              aMoves == 0 ? Scratch.ofThread().repeat(2, first) : first,
              aMoves,
              bMoves == 0 ? Scratch.ofThread().repeat(3, second) : second,
              bMoves,
              (int) (end - from));
        });
  }

  static void where(ComputePool pool, Tensor out, Tensor condition, Tensor a, Tensor b) {
    if (out.numel() == 0) {
      return;
    }
    Broadcast loops = Broadcast.of(out.shape(), condition, a, b);
    boolean vectors = out.dtype() == DType.FLOAT32 && condition.dtype().sizeBytes() == 4;
    if (vectors && loops.moves(0) && loops.moves(1) && loops.moves(2)) {
      runs(pool, loops, (run, from, end) -> where(loops, out, condition, a, b, run, from, end));
    } else {
      runs(pool, loops, (run, from, end) -> choose(loops, out, condition, a, b, run, from, end));
    }
  }

  private static void where(
      Broadcast loops,
      Tensor out,
      Tensor condition,
      Tensor a,
      Tensor b,
      long run,
      long from,
      long end) {
    long to = out.address() + 4 * (run * loops.inner() + from);
    long c = condition.address() + 4 * (loops.offset(0, run) + from);
    long first = a.address() + 4 * (loops.offset(1, run) + from);
    long second = b.address() + 4 * (loops.offset(2, run) + from);
    // shifting the sign out leaves 0 for 0 and -0 alone, and for an integer 0
    int keep = condition.dtype().isInteger() ? -1 : Integer.MAX_VALUE;
    int n = (int) (end - from);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector yes = Lanes.load(first + 4L * i);
      FloatVector no = Lanes.load(second + 4L * i);
      Lanes.store(no.blend(yes, isSet(Lanes.load(c + 4L * i), keep)), to + 4L * i);
    }
    if (whole < n) {
      VectorMask<Float> rest = Lanes.first(n - whole);
      FloatVector yes = Lanes.load(first + 4L * whole, rest);
      FloatVector no = Lanes.load(second + 4L * whole, rest);
      VectorMask<Float> set = isSet(Lanes.load(c + 4L * whole, rest), keep);
      Lanes.store(no.blend(yes, set), to + 4L * whole, rest);
    }
  }

  private static VectorMask<Float> isSet(FloatVector condition, int keep) {
    return condition
        .reinterpretAsInts()
        .and(keep)
        .compare(VectorOperators.NE, 0)
        .cast(Lanes.SPECIES);
  }

  private static void choose(
      Broadcast loops,
      Tensor out,
      Tensor condition,
      Tensor a,
      Tensor b,
      long run,
      long from,
      long end) {
    int size = out.dtype().sizeBytes();
    long to = out.address() + size * run * loops.inner();
    long c = loops.offset(0, run);
    long first = a.address() + size * loops.offset(1, run);
    long second = b.address() + size * loops.offset(2, run);
    for (long i = from; i < end; i++) {
      boolean set = condition.get(c + (loops.moves(0) ? i : 0)) != 0;
      boolean moves = loops.moves(set ? 1 : 2);
      long source = (set ? first : second) + (moves ? size * i : 0);
      if (size == 4) {
        Memory.setInt(to + 4 * i, Memory.getInt(source));
      } else {
        Memory.setLong(to + 8 * i, Memory.getLong(source));
      }
    }
  }
}
