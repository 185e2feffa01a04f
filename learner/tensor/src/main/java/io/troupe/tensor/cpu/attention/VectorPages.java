package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Kernels that the JIT compiler translates, for processors and systems for which no machine code is
 * generated.
 */
final class VectorPages implements PageKernels {
  private static final int LANES = Lanes.COUNT;
  private static final long WIDTH = 4L * LANES;
  private static final long PAGE_ROW = 4L * PAGE;

  @Override
  public void scores(long scores, long queries, int count, int headDim, long pages, int numPages) {
    for (int query = 0; query < count; query++) {
      for (int page = 0; page < numPages; page++) {
        long to = scores + query * SCORE_ROW + page * PAGE_ROW;
        long keys = page(pages, page);
        for (long part = 0; part < PAGE_ROW; part += WIDTH) {
          score(to + part, queries + 4L * query * headDim, headDim, keys + part);
        }
      }
    }
  }

  private static void score(long score, long query, int headDim, long keys) {
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    for (int d = 0; d < headDim; d++) {
      FloatVector q = Lanes.all(Memory.getFloat(query + 4L * d));
      sum = q.fma(Lanes.load(keys + PAGE_ROW * d), sum);
    }
    Lanes.store(sum, score);
  }

  @Override
  public void weights(long scores, int numPages, long max, long sum) {
    long end = scores + numPages * PAGE_ROW;
    FloatVector largest = Lanes.all(Float.NEGATIVE_INFINITY);
    for (long at = scores; at < end; at += WIDTH) {
      FloatVector score = Lanes.load(at);
      largest = largest.blend(score, score.compare(VectorOperators.GT, largest));
    }
    float maximum = largest.reduceLanes(VectorOperators.MAX);
    Memory.setFloat(max, maximum);
    float[] sums = new float[PAGE];
    for (int part = 0; part < PAGE / LANES; part++) {
      exponentiate(scores + part * WIDTH, end, maximum).intoArray(sums, part * LANES);
    }
    for (int half = PAGE / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    Memory.setFloat(sum, sums[0]);
  }

  /** One vector of each page; its lanes are positions modulo {@code PAGE_SIZE}. */
  private static FloatVector exponentiate(long scores, long end, float maximum) {
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    for (long at = scores; at < end; at += PAGE_ROW) {
      FloatVector p = VectorMath.exp(Lanes.load(at).sub(maximum));
      Lanes.store(p, at);
      sum = sum.add(p);
    }
    return sum;
  }

  @Override
  public void values(long sums, long weights, int count, int headDim, long pages, int keys) {
    for (int query = 0; query < count; query++) {
      for (int d = 0; d < headDim; d += LANES) {
        VectorMask<Float> lanes = Lanes.first(Math.min(LANES, headDim - d));
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        for (int key = 0; key < keys; key++) {
          long value = page(pages, key / PAGE) + 4L * (key % PAGE * headDim + d);
          FloatVector w = Lanes.all(Memory.getFloat(weights + query * SCORE_ROW + 4L * key));
          sum = w.fma(Lanes.load(value, lanes), sum);
        }
        Lanes.store(sum, sums + 4L * (query * headDim + d), lanes);
      }
    }
  }

  private static long page(long pages, int index) {
    return Memory.getLong(pages + 8L * index);
  }
}
