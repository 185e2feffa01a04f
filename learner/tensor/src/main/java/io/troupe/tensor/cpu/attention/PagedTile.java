package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.products.SmallProducts;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Rows;
import io.troupe.tensor.cpu.vectors.Scratch;

/**
 * Attention of neighboring rows of one sequence to the pages of one key head.
 *
 * <p>Its columns are the queries of these rows: for each row the heads that share the key head.
 * Scores are stored as (columns, keys), so that the keys of a page fill the lanes of a vector.
 */
final class PagedTile {
  private static final int LANES = Lanes.COUNT;
  private static final int PAGE = KvPages.PAGE_SIZE;
  private static final int CHUNK = SoftmaxState.CHUNK;
  private static final long WIDTH = 4L * LANES;
  private static final long SCORE_ROW = 4L * CHUNK;

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
        Scratch.ofThread().reserve(columns * SCORE_ROW + queryBytes + states * stateBytes);
    this.queries = scores + columns * SCORE_ROW;
    this.states = queries + queryBytes;
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

  /** The offset of a column's query and result, in bytes. */
  private long offset(int column) {
    return inputs.offset(row + column / group, kvHead * group + column % group);
  }

  /** Writes the results. */
  void finish(SoftmaxState state, long out) {
    for (int column = 0; column < columns; column++) {
      state.finish(column, out + offset(column));
    }
  }

  /** Computes the state of one chunk of keys. */
  void chunk(SoftmaxState state, int chunk) {
    int first = chunk * CHUNK;
    int keys = Math.min(CHUNK, end - first);
    int vectors = (keys + LANES - 1) / LANES;
    for (int column = 0; column < columns; column++) {
      Rows.clear(scores + column * SCORE_ROW, vectors * LANES);
    }
    addScores(first, vectors);
    for (int column = 0; column < columns; column++) {
      int seen = Math.min(keys, position[row + column / group] + 1 - first);
      state.weights(column, scores + column * SCORE_ROW, seen, keys);
    }
    state.clearValues();
    for (int page = 0; page * PAGE < keys; page++) {
      SmallProducts.add(
          state.values(0),
          4L * headDim,
          columns,
          headDim,
          scores + 4L * PAGE * page,
          SCORE_ROW,
          Float.BYTES,
          Math.min(PAGE, keys - page * PAGE),
          pages.values(table[first / PAGE + page], kvHead),
          4L * headDim);
    }
  }

  /** The position of a vector of keys: a page or a part of it. */
  private long keys(int first, int vector) {
    int at = first + vector * LANES;
    return pages.keys(table[at / PAGE], kvHead) + 4L * (at % PAGE);
  }

  private void addScores(int first, int vectors) {
    int fours = columns & -4;
    int pairs = fours == 0 ? 0 : vectors & -2;
    for (int i = 0; i < pairs; i += 2) {
      long keys0 = keys(first, i);
      long keys1 = keys(first, i + 1);
      for (int column = 0; column < fours; column += 4) {
        SmallProducts.fourByTwo(
            scores + column * SCORE_ROW + i * WIDTH,
            SCORE_ROW,
            query(column),
            4L * headDim,
            Float.BYTES,
            headDim,
            keys0,
            keys1,
            4L * PAGE);
      }
    }
    if (fours > 0 && pairs < vectors) {
      addScores(0, fours, first, pairs);
    }
    for (int column = fours; column < columns; column++) {
      addScoresOfColumn(column, first, vectors);
    }
  }

  private void addScoresOfColumn(int column, int first, int vectors) {
    int i = 0;
    for (; i + 4 <= vectors; i += 4) {
      SmallProducts.oneByFour(
          scores + column * SCORE_ROW + i * WIDTH,
          query(column),
          Float.BYTES,
          headDim,
          keys(first, i),
          keys(first, i + 1),
          keys(first, i + 2),
          keys(first, i + 3),
          4L * PAGE);
    }
    for (; i < vectors; i++) {
      addScores(column, 1, first, i);
    }
  }

  private void addScores(int column, int count, int first, int vector) {
    SmallProducts.add(
        scores + column * SCORE_ROW + vector * WIDTH,
        SCORE_ROW,
        count,
        LANES,
        query(column),
        4L * headDim,
        Float.BYTES,
        headDim,
        keys(first, vector),
        4L * PAGE);
  }

  private long query(int column) {
    return queries + 4L * column * headDim;
  }
}
