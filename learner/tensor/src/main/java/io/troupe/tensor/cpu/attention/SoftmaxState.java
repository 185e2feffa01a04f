package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.layout.MixedRows;
import io.troupe.tensor.cpu.layout.ScaledRows;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;

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
   * @param scores of {@code keys} keys, rounded up to whole pages
   * @param seen keys that are not hidden; the exponentials of the others are 0
   */
  void weights(int column, long scores, int seen, int keys) {
    int pages = (keys + PAGE - 1) / PAGE;
    for (int key = seen; key < pages * PAGE; key++) {
      Memory.setFloat(scores + 4L * key, Float.NEGATIVE_INFINITY);
    }
    PageKernels.BEST.weights(scores, pages, max(column), sum(column));
  }

  /** Sets the weighted sums to zero. */
  void clearValues() {
    Memory.clear(values, 4L * columns * headDim);
  }

  /** Merges the next chunk: columns {@code [0, count)}. Its maxima and sums are overwritten. */
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
      Memory.setFloat(next.max(column), keep);
      Memory.setFloat(next.sum(column), take);
    }
    MixedRows.mix(values, next.values, count, headDim, next.max, next.sum);
  }

  /**
   * Makes the weighted sums of values into means: columns {@code [0, count)}. The sums of
   * exponentials are overwritten.
   */
  void divide(int count) {
    for (int column = 0; column < count; column++) {
      Memory.setFloat(sum(column), 1 / Memory.getFloat(sum(column)));
    }
    // -0 becomes 0: adding products with hidden keys, which are 0, may have done so or not
    ScaledRows.scale(values, count, headDim, sum);
  }

  /**
   * Writes the log of the sum of the exponentials of every column's scores; columns are a multiple
   * of a vector.
   */
  void logSums(long to) {
    LogSums.write(to, sum, max, columns);
  }
}
