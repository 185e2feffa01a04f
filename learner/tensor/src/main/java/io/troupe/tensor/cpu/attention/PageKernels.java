package io.troupe.tensor.cpu.attention;

import static io.troupe.tensor.cpu.vectors.Lanes.all;
import static io.troupe.tensor.cpu.vectors.Lanes.load;
import static io.troupe.tensor.cpu.vectors.Lanes.store;

import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.products.SmallProducts;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;

/**
 * Products of queries with the keys and of weights with the values of one page.
 *
 * <p>A score adds its products in the order of the dimensions, starting with zero; a weighted sum
 * adds values in the order of positions to its old contents. Addresses and strides are in bytes.
 */
final class PageKernels {
  private static final int PAGE = KvPages.PAGE_SIZE;
  private static final int LANES = Lanes.COUNT;
  private static final long WIDTH = 4L * LANES;
  private static final long PAGE_ROW = 4L * PAGE;

  private PageKernels() {}

  /**
   * Computes the scores of a page for queries that are stored one after another. Keys are read in
   * the order of their addresses, which processors fetch ahead.
   *
   * @param scores of the first query and key; queries are {@code scoreRow} apart
   * @param keys of the first head, (headDim, PAGE_SIZE); heads are {@code headBytes} apart
   * @param group queries that share the keys of a head
   */
  static void scores(
      long scores,
      long scoreRow,
      long queries,
      int count,
      int headDim,
      long keys,
      long headBytes,
      int group) {
    long queryRow = 4L * headDim;
    for (int first = 0; first < count; first += group) {
      long head = keys + first / group * headBytes;
      for (long part = 0; part < PAGE_ROW; part += WIDTH) {
        int query = first;
        for (; query + 4 <= first + group; query += 4) {
          fourScores(
              scores + query * scoreRow + part,
              scoreRow,
              queries + query * queryRow,
              headDim,
              head + part);
        }
        for (; query < first + group; query++) {
          score(scores + query * scoreRow + part, queries + query * queryRow, headDim, head + part);
        }
      }
    }
  }

  private static void fourScores(long scores, long scoreRow, long q, int headDim, long keys) {
    FloatVector s0 = all(0f);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long queryRow = 4L * headDim;
    long q1 = q + queryRow;
    long q2 = q1 + queryRow;
    long q3 = q2 + queryRow;
    for (int d = 0; d < headDim; d++) {
      FloatVector k = load(keys + PAGE_ROW * d);
      s0 = all(Memory.getFloat(q + 4L * d)).fma(k, s0);
      s1 = all(Memory.getFloat(q1 + 4L * d)).fma(k, s1);
      s2 = all(Memory.getFloat(q2 + 4L * d)).fma(k, s2);
      s3 = all(Memory.getFloat(q3 + 4L * d)).fma(k, s3);
    }
    store(s0, scores);
    store(s1, scores + scoreRow);
    store(s2, scores + 2 * scoreRow);
    store(s3, scores + 3 * scoreRow);
  }

  private static void score(long scores, long q, int headDim, long keys) {
    FloatVector s = all(0f);
    for (int d = 0; d < headDim; d++) {
      s = all(Memory.getFloat(q + 4L * d)).fma(load(keys + PAGE_ROW * d), s);
    }
    store(s, scores);
  }

  /**
   * Adds the values of a page to the weighted sum of one query.
   *
   * @param sum headDim elements
   * @param weights of the positions
   * @param count positions that are used, at most a page
   * @param values (PAGE_SIZE, headDim)
   */
  static void addValues(long sum, long weights, int count, int headDim, long values) {
    long row = 4L * headDim;
    int d = 0;
    for (; d + 4 * LANES <= headDim; d += 4 * LANES) {
      fourVectors(sum + 4L * d, weights, count, values + 4L * d, row);
    }
    if (d + 3 * LANES <= headDim) {
      threeVectors(sum + 4L * d, weights, count, values + 4L * d, row);
      d += 3 * LANES;
    }
    if (d + 2 * LANES <= headDim) {
      twoVectors(sum + 4L * d, weights, count, values + 4L * d, row);
      d += 2 * LANES;
    }
    if (d < headDim) {
      long at = 4L * d;
      SmallProducts.add(
          sum + at, row, 1, headDim - d, weights, 0, Float.BYTES, count, values + at, row);
    }
  }

  private static void fourVectors(long sum, long weights, int count, long values, long row) {
    FloatVector s0 = load(sum);
    FloatVector s1 = load(sum + WIDTH);
    FloatVector s2 = load(sum + 2 * WIDTH);
    FloatVector s3 = load(sum + 3 * WIDTH);
    for (int i = 0; i < count; i++) {
      FloatVector w = all(Memory.getFloat(weights + 4L * i));
      long at = values + i * row;
      s0 = w.fma(load(at), s0);
      s1 = w.fma(load(at + WIDTH), s1);
      s2 = w.fma(load(at + 2 * WIDTH), s2);
      s3 = w.fma(load(at + 3 * WIDTH), s3);
    }
    store(s0, sum);
    store(s1, sum + WIDTH);
    store(s2, sum + 2 * WIDTH);
    store(s3, sum + 3 * WIDTH);
  }

  private static void threeVectors(long sum, long weights, int count, long values, long row) {
    FloatVector s0 = load(sum);
    FloatVector s1 = load(sum + WIDTH);
    FloatVector s2 = load(sum + 2 * WIDTH);
    for (int i = 0; i < count; i++) {
      FloatVector w = all(Memory.getFloat(weights + 4L * i));
      long at = values + i * row;
      s0 = w.fma(load(at), s0);
      s1 = w.fma(load(at + WIDTH), s1);
      s2 = w.fma(load(at + 2 * WIDTH), s2);
    }
    store(s0, sum);
    store(s1, sum + WIDTH);
    store(s2, sum + 2 * WIDTH);
  }

  private static void twoVectors(long sum, long weights, int count, long values, long row) {
    FloatVector s0 = load(sum);
    FloatVector s1 = load(sum + WIDTH);
    for (int i = 0; i < count; i++) {
      FloatVector w = all(Memory.getFloat(weights + 4L * i));
      long at = values + i * row;
      s0 = w.fma(load(at), s0);
      s1 = w.fma(load(at + WIDTH), s1);
    }
    store(s0, sum);
    store(s1, sum + WIDTH);
  }
}
