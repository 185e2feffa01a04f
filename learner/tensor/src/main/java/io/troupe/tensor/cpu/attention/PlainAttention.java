package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.RealMemory;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;

/**
 * Attention by its definition: plain loops in double precision, the reference of gradient checks.
 */
final class PlainAttention {
  private final RealMemory reals;
  private final int heads;
  private final int kvHeads;
  private final int headDim;
  private final PackedSequences layout;
  private final AttentionScores scores;
  private final long q;
  private final long k;
  private final long v;

  PlainAttention(Tensor q, Tensor k, Tensor v, PackedSequences layout, AttentionScores scores) {
    this.reals = new RealMemory(q.dtype());
    this.heads = q.size(1);
    this.kvHeads = k.size(1);
    this.headDim = q.size(2);
    this.layout = layout;
    this.scores = scores;
    this.q = q.address();
    this.k = k.address();
    this.v = v.address();
  }

  /** Writes {@code out} and {@code lse}, one part for each segment and head. */
  void forward(ComputePool pool, Tensor out, Tensor lse) {
    long outAddress = out.address();
    long lseAddress = lse.address();
    pool.run(
        layout.numSegments() * heads,
        part -> {
          int segment = part / heads;
          int head = part % heads;
          for (int row = layout.start(segment); row < layout.end(segment); row++) {
            forward(outAddress, lseAddress, segment, row, head);
          }
        });
  }

  private void forward(long out, long lse, int segment, int row, int head) {
    int numKeys = numKeys(segment, row);
    int first = scores.firstVisible(numKeys - 1);
    double[] weights = new double[numKeys];
    double max = Double.NEGATIVE_INFINITY;
    for (int key = first; key < numKeys; key++) {
      weights[key] = score(query(row, head), key(segment, key, head));
      max = Math.max(max, weights[key]);
    }
    double sum = 0;
    for (int key = first; key < numKeys; key++) {
      weights[key] = Math.exp(weights[key] - max);
      sum += weights[key];
    }
    for (int d = 0; d < headDim; d++) {
      double weighted = 0;
      for (int key = first; key < numKeys; key++) {
        weighted += weights[key] * reals.get(v, key(segment, key, head) + d);
      }
      reals.set(out, query(row, head) + d, weighted / sum);
    }
    reals.set(lse, (long) row * heads + head, max + Math.log(sum));
  }

  /** Writes the gradients, one part for each key head: rows add to the same keys in order. */
  void backward(
      ComputePool pool, Tensor dq, Tensor dk, Tensor dv, Tensor dOut, Tensor out, Tensor lse) {
    Memory.clear(dq.address(), dq.sizeBytes());
    Memory.clear(dk.address(), dk.sizeBytes());
    Memory.clear(dv.address(), dv.sizeBytes());
    Gradients gradients =
        new Gradients(
            dq.address(), dk.address(), dv.address(), dOut.address(), out.address(), lse.address());
    int group = heads / kvHeads;
    pool.run(
        kvHeads,
        kvHead -> {
          for (int segment = 0; segment < layout.numSegments(); segment++) {
            for (int row = layout.start(segment); row < layout.end(segment); row++) {
              for (int head = kvHead * group; head < (kvHead + 1) * group; head++) {
                backward(gradients, segment, row, head);
              }
            }
          }
        });
  }

  private record Gradients(long dq, long dk, long dv, long dOut, long out, long lse) {}

  private void backward(Gradients at, int segment, int row, int head) {
    long query = query(row, head);
    double logSum = reals.get(at.lse, (long) row * heads + head);
    double inner = reals.dot(at.dOut, query, at.out, query, headDim);
    int numKeys = numKeys(segment, row);
    for (int j = scores.firstVisible(numKeys - 1); j < numKeys; j++) {
      long key = key(segment, j, head);
      double score = score(query, key);
      double p = Math.exp(score - logSum);
      double ds =
          scores.scale()
              * scores.slope(score)
              * p
              * (reals.dot(at.dOut, query, v, key, headDim) - inner);
      for (int d = 0; d < headDim; d++) {
        reals.add(at.dq, query + d, ds * reals.get(k, key + d));
        reals.add(at.dk, key + d, ds * reals.get(q, query + d));
        reals.add(at.dv, key + d, p * reals.get(at.dOut, query + d));
      }
    }
  }

  private double score(long query, long key) {
    return scores.capped(scores.scale() * reals.dot(q, query, k, key, headDim));
  }

  private int numKeys(int segment, int row) {
    return layout.prefixLength(segment) + row - layout.start(segment) + 1;
  }

  /** The first element of a head of a query row. */
  private long query(int row, int head) {
    return ((long) row * heads + head) * headDim;
  }

  /** The first element of the key at a position of a segment, its prefix counted in. */
  private long key(int segment, int position, int head) {
    int prefixLength = layout.prefixLength(segment);
    int row =
        position < prefixLength
            ? layout.start(layout.prefix(segment)) + position
            : layout.start(segment) + position - prefixLength;
    return ((long) row * kvHeads + head / (heads / kvHeads)) * headDim;
  }
}
