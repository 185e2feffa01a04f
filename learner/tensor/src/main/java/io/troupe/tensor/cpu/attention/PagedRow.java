package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.vectors.Scratch;

/**
 * Attention of single rows to the pages of their sequences: decoding, where reading keys and values
 * takes most of the time.
 *
 * <p>The key heads of a page are adjacent in memory. All heads of a page are read before the next
 * page: reads are contiguous, and the additions of several heads overlap.
 *
 * @param out results, (rows, heads, headDim)
 */
record PagedRow(PagedInputs inputs, long out) {
  private static final int PAGE = KvPages.PAGE_SIZE;
  private static final int CHUNK = SoftmaxState.CHUNK;
  private static final long SCORE_ROW = 4L * CHUNK;

  /** Computes the queries of key heads {@code [from, to)} of a row. */
  void run(int row, int from, int to) {
    int group = inputs.group();
    int headDim = inputs.headDim();
    int columns = (to - from) * group;
    long stateBytes = SoftmaxState.bytes(columns, headDim);
    long queryBytes = (4L * columns * headDim + 63) & -64;
    long scores = Scratch.ofThread().reserve(columns * SCORE_ROW + queryBytes + 2 * stateBytes);
    long queries = scores + columns * SCORE_ROW;
    long states = queries + queryBytes;
    inputs.queries(queries, row, from * group, columns);
    SoftmaxState total = new SoftmaxState(states, columns, headDim);
    chunk(row, from, columns, 0, scores, queries, total);
    for (int first = CHUNK; first <= inputs.rows().position()[row]; first += CHUNK) {
      SoftmaxState next = new SoftmaxState(states + stateBytes, columns, headDim);
      chunk(row, from, columns, first, scores, queries, next);
      total.merge(next, columns);
    }
    for (int column = 0; column < columns; column++) {
      total.finish(column, out + inputs.offset(row, from * group + column));
    }
  }

  /** Computes the state of the chunk of keys that starts at position {@code first}. */
  private void chunk(
      int row, int kvHead, int columns, int first, long scores, long queries, SoftmaxState state) {
    PageAddresses pages = inputs.pages();
    int headDim = inputs.headDim();
    int group = inputs.group();
    int[] table = inputs.pageTable(row);
    int keys = Math.min(CHUNK, inputs.rows().position()[row] + 1 - first);
    for (int at = 0; at < keys; at += PAGE) {
      PageKernels.scores(
          scores + 4L * at,
          SCORE_ROW,
          queries,
          columns,
          headDim,
          pages.keys(table[(first + at) / PAGE], kvHead),
          pages.bytesPerHead(),
          group);
    }
    for (int column = 0; column < columns; column++) {
      state.weights(column, scores + column * SCORE_ROW, keys, keys);
    }
    state.clearValues();
    for (int at = 0; at < keys; at += PAGE) {
      long values = pages.values(table[(first + at) / PAGE], kvHead);
      for (int column = 0; column < columns; column++) {
        PageKernels.addValues(
            state.values(column),
            scores + column * SCORE_ROW + 4L * at,
            Math.min(PAGE, keys - at),
            headDim,
            values + column / group * pages.bytesPerHead());
      }
    }
  }
}
