package io.troupe.tensor.cpu.elementwise;

import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;

/**
 * The loops of a broadcast: nested loops over as few dimensions as possible.
 *
 * <p>Dimensions with the same strides in every operand are merged. Along the innermost one an
 * operand has stride 1 or 0.
 */
final class Broadcast {
  private final int rank;
  private final long[] sizes;
  private final long[][] strides;

  private Broadcast(int rank, long[] sizes, long[][] strides) {
    this.rank = rank;
    this.sizes = sizes;
    this.strides = strides;
  }

  /** The loops of operands that broadcast to {@code out}; strides are in elements. */
  static Broadcast of(Shape out, Tensor... operands) {
    int rank = out.rank();
    long[][] full = new long[operands.length][];
    for (int k = 0; k < operands.length; k++) {
      full[k] = strides(out, operands[k].shape());
    }
    long[] sizes = new long[Math.max(1, rank)];
    long[][] strides = new long[operands.length][sizes.length];
    sizes[0] = 1;
    int last = 0;
    for (int i = 0; i < rank; i++) {
      int size = out.size(i);
      if (size == 1) {
        continue;
      }
      if (sizes[last] != 1 && !merges(full, strides, last, i, size)) {
        last++;
        sizes[last] = 1;
      }
      sizes[last] *= size;
      for (int k = 0; k < operands.length; k++) {
        strides[k][last] = full[k][i];
      }
    }
    return new Broadcast(last + 1, sizes, strides);
  }

  private static long[] strides(Shape out, Shape operand) {
    long[] strides = new long[out.rank()];
    long stride = 1;
    for (int i = 1; i <= operand.rank(); i++) {
      int size = operand.size(-i);
      strides[strides.length - i] = size == 1 ? 0 : stride;
      stride *= size;
    }
    return strides;
  }

  private static boolean merges(long[][] full, long[][] merged, int last, int dim, int size) {
    for (int k = 0; k < full.length; k++) {
      if (merged[k][last] != full[k][dim] * size) {
        return false;
      }
    }
    return true;
  }

  /** The length of the innermost dimension. */
  long inner() {
    return sizes[rank - 1];
  }

  /** The number of runs of the innermost dimension. */
  long outer() {
    long outer = 1;
    for (int i = 0; i < rank - 1; i++) {
      outer *= sizes[i];
    }
    return outer;
  }

  /** Whether operand {@code k} moves along the innermost dimension. */
  boolean moves(int k) {
    return strides[k][rank - 1] != 0;
  }

  /** The offset of operand {@code k} in run {@code run} of the innermost dimension, in elements. */
  long offset(int k, long run) {
    long offset = 0;
    long rest = run;
    for (int i = rank - 2; i >= 0; i--) {
      offset += rest % sizes[i] * strides[k][i];
      rest /= sizes[i];
    }
    return offset;
  }
}
