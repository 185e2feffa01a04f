package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;

/**
 * Attention in both directions by its definition: plain loops in double precision, the reference of
 * gradient checks and of faster kernels.
 */
final class AttentionByDefinition {
  private final AttentionOperands in;
  private final RealMemory reals;
  private final int headDim;
  private final long q;
  private final long k;
  private final long v;

  AttentionByDefinition(AttentionOperands in) {
    this.in = in;
    this.reals = new RealMemory(in.q().dtype());
    this.headDim = in.headDim();
    this.q = in.q().address();
    this.k = in.k().address();
    this.v = in.v().address();
  }

  /** An operation on one query. */
  @FunctionalInterface
  private interface OfQuery {
    void run(int example, int head, int query);
  }

  private void forEachQuery(OfQuery operation) {
    for (int example = 0; example < in.batch(); example++) {
      for (int head = 0; head < in.heads(); head++) {
        for (int query = 0; query < in.queries(); query++) {
          operation.run(example, head, query);
        }
      }
    }
  }

  void forward(Tensor out, Tensor lse) {
    long outAddress = out.address();
    long lseAddress = lse.address();
    forEachQuery((example, head, query) -> forward(outAddress, lseAddress, example, head, query));
  }

  private void forward(long out, long lse, int example, int head, int query) {
    double[] weights = new double[in.keys()];
    double max = Double.NEGATIVE_INFINITY;
    for (int key = 0; key < weights.length; key++) {
      weights[key] = score(example, head, query, key);
      max = Math.max(max, weights[key]);
    }
    double sum = 0;
    for (int key = 0; key < weights.length; key++) {
      weights[key] = Math.exp(weights[key] - max);
      sum += weights[key];
    }
    long row = row(example, query, in.queries(), head);
    for (int d = 0; d < headDim; d++) {
      double weighted = 0;
      for (int key = 0; key < weights.length; key++) {
        weighted += weights[key] * reals.get(v, row(example, key, in.keys(), head) * headDim + d);
      }
      reals.set(out, row * headDim + d, weighted / sum);
    }
    reals.set(lse, row, max + Math.log(sum));
  }

  private record Gradients(long dq, long dk, long dv, long dBias, long dOut, long out, long lse) {}

  void backward(
      Tensor dq, Tensor dk, Tensor dv, Tensor dBias, Tensor dOut, Tensor out, Tensor lse) {
    for (Tensor gradient : new Tensor[] {dq, dk, dv, dBias}) {
      if (gradient != null) {
        Memory.clear(gradient.address(), gradient.sizeBytes());
      }
    }
    Gradients at =
        new Gradients(
            dq.address(),
            dk.address(),
            dv.address(),
            dBias == null ? 0 : dBias.address(),
            dOut.address(),
            out.address(),
            lse.address());
    forEachQuery((example, head, query) -> backward(at, example, head, query));
  }

  private void backward(Gradients at, int example, int head, int query) {
    long row = row(example, query, in.queries(), head);
    double logSum = reals.get(at.lse, row);
    double inner = dot(at.dOut, row, at.out, row);
    for (int key = 0; key < in.keys(); key++) {
      long keyRow = row(example, key, in.keys(), head);
      double p = Math.exp(score(example, head, query, key) - logSum);
      double ds = isVisible(example, key) ? p * (dot(at.dOut, row, v, keyRow) - inner) : 0;
      if (at.dBias != 0) {
        reals.add(at.dBias, in.biasIndex(example, head, query) + key, ds);
      }
      for (int d = 0; d < headDim; d++) {
        reals.add(at.dq, row * headDim + d, in.scale() * ds * reals.get(k, keyRow * headDim + d));
        reals.add(at.dk, keyRow * headDim + d, in.scale() * ds * reals.get(q, row * headDim + d));
        reals.add(at.dv, keyRow * headDim + d, p * reals.get(at.dOut, row * headDim + d));
      }
    }
  }

  private double score(int example, int head, int query, int key) {
    if (!isVisible(example, key)) {
      return AttentionOperands.HIDDEN;
    }
    double product =
        dot(q, row(example, query, in.queries(), head), k, row(example, key, in.keys(), head));
    double bias =
        in.bias() == null
            ? 0
            : reals.get(in.bias().address(), in.biasIndex(example, head, query) + key);
    return in.scale() * product + bias;
  }

  private boolean isVisible(int example, int key) {
    return in.keyMask() == null
        || Memory.getInt(in.keyMask().address() + 4L * ((long) example * in.keys() + key)) != 0;
  }

  private long row(int example, int position, int length, int head) {
    return ((long) example * length + position) * in.heads() + head;
  }

  /** The product of two rows. */
  private double dot(long a, long aRow, long b, long bRow) {
    return reals.dot(a, aRow * headDim, b, bRow * headDim, headDim);
  }
}
