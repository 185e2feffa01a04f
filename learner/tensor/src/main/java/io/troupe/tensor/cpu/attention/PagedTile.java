package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.vectors.Scratch;

/**
 * Attention of neighboring rows of one sequence to the pages of one key head.
 *
 * <p>Its columns are the queries of these rows: for each row the heads that share the key head.
 * Scores are stored as (columns, keys), so that the keys of a page fill the lanes of a vector.
 */
final class PagedTile {
  private static final int PAGE = PageKernels.PAGE;
  private static final int CHUNK = SoftmaxState.CHUNK;
  private static final long SCORE_ROW = PageKernels.SCORE_ROW;

  private final PagedInputs inputs;
  private final PageAddresses pages;
  private final int[] table;
  private final int[] position;
  private final int row;
  private final int kvHead;
  private final int group;
  private final int headDim;
  private final int columns;
  private final int end;
  private final long queries;
  private final long scores;
  private final long states;
  private final long list;

  /**
   * A tile in this thread's scratch memory.
   *
   * @param count rows, from {@code row} on
   * @param states number of states that {@link #state} returns
   */
  PagedTile(PagedInputs inputs, int row, int count, int kvHead, int states) {
    this.inputs = inputs;
    this.pages = inputs.pages();
    this.table = inputs.pageTable(row);
    this.position = inputs.rows().position();
    this.row = row;
    this.kvHead = kvHead;
    this.group = inputs.group();
    this.headDim = inputs.headDim();
    this.columns = count * group;
    this.end = position[row + count - 1] + 1;
    long queryBytes = (4L * columns * headDim + 63) & -64;
    long stateBytes = SoftmaxState.bytes(columns, headDim);
    this.scores =
        Scratch.ofThread()
            .reserve(
                columns * SCORE_ROW
                    + queryBytes
                    + states * stateBytes
                    + 2 * PageKernels.LIST_BYTES);
    this.queries = scores + columns * SCORE_ROW;
    this.states = queries + queryBytes;
    this.list = this.states + states * stateBytes;
    for (int i = 0; i < count; i++) {
      inputs.queries(query(i * group), row + i, kvHead * group, group);
    }
  }

  int columns() {
    return columns;
  }

  /** A state in scratch memory. */
  SoftmaxState state(int index) {
    return new SoftmaxState(
        states + index * SoftmaxState.bytes(columns, headDim), columns, headDim);
  }

  /** Writes the results. */
  void finish(SoftmaxState state, long out) {
    state.divide(columns);
    MatrixRows.copy(
        state.values(0),
        4L * group * headDim,
        columns / group,
        group * headDim,
        out + inputs.offset(row, kvHead * group),
        inputs.offset(1, 0));
  }

  /** Computes the state of one chunk of keys. */
  void chunk(SoftmaxState state, int chunk) {
    int first = chunk * CHUNK;
    int keys = Math.min(CHUNK, end - first);
    int numPages = (keys + PAGE - 1) / PAGE;
    pages.list(list, table, first / PAGE, numPages, kvHead);
    PageKernels.BEST.scores(scores, queries, columns, headDim, list, numPages);
    for (int column = 0; column < columns; column++) {
      int last = position[row + column / group];
      int seen = Math.min(keys, last + 1 - first);
      inputs.transform().ofQuery(scores + column * SCORE_ROW, first, seen, last);
      state.weights(column, scores + column * SCORE_ROW, seen, keys);
    }
    long values = list + PageKernels.LIST_BYTES;
    PageKernels.BEST.values(state.values(0), scores, columns, headDim, values, keys);
  }

  private long query(int column) {
    return queries + 4L * column * headDim;
  }
}
