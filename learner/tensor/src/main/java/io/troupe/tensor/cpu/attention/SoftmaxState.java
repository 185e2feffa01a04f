package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Rows;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Softmax-weighted sums of values over a chunk of keys, and the merge of several chunks (the
 * streaming softmax of arXiv:2205.14135).
 *
 * <p>Chunks are split by position alone. Within one, the largest score is found first; exponentials
 * are then added per position modulo {@link KvPages#PAGE_SIZE} and the {@code PAGE_SIZE} sums in
 * halves; values are added in the order of positions. All kernels that follow these rules compute
 * the same bits, in any layout of the scores.
 */
final class SoftmaxState {
  /** Positions of a chunk: 16 pages. */
  static final int CHUNK = 16 * KvPages.PAGE_SIZE;

  private static final int PAGE = KvPages.PAGE_SIZE;
  private static final int LANES = Lanes.COUNT;
  private static final long WIDTH = 4L * LANES;

  private final int columns;
  private final int headDim;
  private final long max;
  private final long sum;
  private final long values;

  /**
   * A state in memory of {@link #bytes}.
   *
   * @param columns queries
   */
  SoftmaxState(long address, int columns, int headDim) {
    this.columns = columns;
    this.headDim = headDim;
    this.max = address;
    this.sum = max + 4L * columns;
    this.values = sum + 4L * columns;
  }

  /** The memory of a state, a multiple of 64. */
  static long bytes(int columns, int headDim) {
    return (4L * columns * (headDim + 2) + 63) & -64;
  }

  /** The position after the last one of the chunk that {@code position} is in. */
  static int endOfChunk(int position) {
    return (position / CHUNK + 1) * CHUNK;
  }

  /** The largest score of a column. */
  long max(int column) {
    return max + 4L * column;
  }

  /** The sum of exponentials of a column. */
  long sum(int column) {
    return sum + 4L * column;
  }

  /** The weighted sum of values of a column, not yet divided. */
  long values(int column) {
    return values + 4L * column * headDim;
  }

  /**
   * Replaces the scores of one column by exponentials, their maximum and their sum.
   *
   * @param scores of {@code keys} keys, rounded up to whole vectors
   * @param seen keys that are not hidden; the exponentials of the others are 0
   */
  void weights(int column, long scores, int seen, int keys) {
    int vectors = (keys + LANES - 1) / LANES;
    float max = max(scores, seen, vectors);
    Memory.setFloat(max(column), max);
    Memory.setFloat(
        sum(column),
        LANES == PAGE ? exponentiate(scores, max, vectors) : sumOfParts(scores, max, vectors));
  }

  /** Hides the keys from {@code seen} on and finds the largest score. */
  private static float max(long scores, int seen, int vectors) {
    FloatVector max = Lanes.all(Float.NEGATIVE_INFINITY);
    for (int i = 0; i < vectors; i++) {
      FloatVector score = Lanes.load(scores + i * WIDTH);
      if ((i + 1) * LANES > seen) {
        VectorMask<Float> shown = Lanes.first(Math.max(0, seen - i * LANES));
        score = Lanes.all(Float.NEGATIVE_INFINITY).blend(score, shown);
        Lanes.store(score, scores + i * WIDTH);
      }
      max = max.blend(score, score.compare(VectorOperators.GT, max));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** A vector is a page: its lanes are the positions modulo {@link KvPages#PAGE_SIZE}. */
  private static float exponentiate(long scores, float max, int vectors) {
    FloatVector sum = FloatVector.zero(Lanes.SPECIES);
    for (int i = 0; i < vectors; i++) {
      FloatVector p = VectorMath.exp(Lanes.load(scores + i * WIDTH).sub(max));
      Lanes.store(p, scores + i * WIDTH);
      sum = sum.add(p);
    }
    return Lanes.sum(sum);
  }

  /** The same for vectors that are a part of a page. */
  private static float sumOfParts(long scores, float max, int vectors) {
    float[] sums = new float[PAGE];
    for (int part = 0; part < PAGE / LANES; part++) {
      FloatVector sum = FloatVector.zero(Lanes.SPECIES);
      for (int i = part; i < vectors; i += PAGE / LANES) {
        FloatVector p = VectorMath.exp(Lanes.load(scores + i * WIDTH).sub(max));
        Lanes.store(p, scores + i * WIDTH);
        sum = sum.add(p);
      }
      sum.intoArray(sums, part * LANES);
    }
    for (int half = PAGE / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }

  /** Sets the weighted sums to zero. */
  void clearValues() {
    Rows.clear(values, columns * headDim);
  }

  /** Merges the next chunk: columns {@code [0, count)}. */
  void merge(SoftmaxState next, int count) {
    for (int column = 0; column < count; column++) {
      float before = Memory.getFloat(max(column));
      float after = Memory.getFloat(next.max(column));
      float both = Math.max(before, after);
      float keep = VectorMath.exp(before - both);
      float take = VectorMath.exp(after - both);
      float total =
          Math.fma(Memory.getFloat(next.sum(column)), take, Memory.getFloat(sum(column)) * keep);
      Memory.setFloat(max(column), both);
      Memory.setFloat(sum(column), total);
      Rows.mix(values(column), keep, next.values(column), take, headDim);
    }
  }

  /** Writes the softmax-weighted mean of a column's values. */
  void finish(int column, long out) {
    // -0 becomes 0: adding products with hidden keys, which are 0, may have done so or not
    Rows.scale(out, values(column), headDim, 1 / Memory.getFloat(sum(column)));
  }

  /**
   * Writes the log of the sum of the exponentials of every column's scores; columns are a multiple
   * of a vector.
   */
  void logSums(long to) {
    for (int column = 0; column < columns; column += Lanes.COUNT) {
      FloatVector log = VectorMath.log(Lanes.load(sum(column)));
      Lanes.store(log.add(Lanes.load(max(column))), to + 4L * column);
    }
  }
}
