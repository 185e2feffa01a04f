package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.vectors.Scratch;

/**
 * Attention of single rows to the pages of their sequences: decoding, where reading keys and values
 * takes most of the time. Queries that share a key head read its pages together.
 *
 * @param out results, (rows, heads, headDim)
 */
record PagedRow(PagedInputs inputs, long out) {
  private static final int PAGE = PageKernels.PAGE;
  private static final int CHUNK = SoftmaxState.CHUNK;
  private static final long SCORE_ROW = PageKernels.SCORE_ROW;

  /** Computes the queries of key heads {@code [from, to)} of a row. */
  void run(int row, int from, int to) {
    int group = inputs.group();
    int headDim = inputs.headDim();
    int columns = (to - from) * group;
    long stateBytes = SoftmaxState.bytes(columns, headDim);
    long queryBytes = (4L * columns * headDim + 63) & -64;
    long scoreBytes = group * SCORE_ROW;
    long lists = 2 * PageKernels.LIST_BYTES;
    long scores = Scratch.ofThread().reserve(scoreBytes + queryBytes + 2 * stateBytes + lists);
    long queries = scores + scoreBytes;
    long states = queries + queryBytes;
    inputs.queries(queries, row, from * group, columns);
    SoftmaxState total = new SoftmaxState(states, columns, headDim);
    SoftmaxState next = new SoftmaxState(states + stateBytes, columns, headDim);
    long list = states + 2 * stateBytes;
    int position = inputs.rows().position()[row];
    int start = inputs.transform().firstChunkStart(position);
    for (int first = start; first <= position; first += CHUNK) {
      SoftmaxState state = first == start ? total : next;
      for (int kvHead = from; kvHead < to; kvHead++) {
        chunk(row, kvHead, (kvHead - from) * group, first, scores, queries, list, state);
      }
      if (first > start) {
        total.merge(next, columns);
      }
    }
    total.divide(columns);
    MatrixRows.copy(
        total.values(0), 0, 1, columns * headDim, out + inputs.offset(row, from * group), 0);
  }

  /** Computes the state of a key head's columns and the keys from position {@code first} on. */
  private void chunk(
      int row,
      int kvHead,
      int column,
      int first,
      long scores,
      long queries,
      long list,
      SoftmaxState state) {
    int headDim = inputs.headDim();
    int group = inputs.group();
    int position = inputs.rows().position()[row];
    int keys = Math.min(CHUNK, position + 1 - first);
    int numPages = (keys + PAGE - 1) / PAGE;
    inputs.pages().list(list, inputs.pageTable(row), first / PAGE, numPages, kvHead);
    long query = queries + 4L * column * headDim;
    PageKernels.BEST.scores(scores, query, group, headDim, list, numPages);
    for (int i = 0; i < group; i++) {
      inputs.transform().ofQuery(scores + i * SCORE_ROW, first, keys, position);
      state.weights(column + i, scores + i * SCORE_ROW, keys, keys);
    }
    long values = list + PageKernels.LIST_BYTES;
    PageKernels.BEST.values(state.values(column), scores, group, headDim, values, keys);
  }
}
