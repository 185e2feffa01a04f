package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.cpu.products.SmallProducts;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Rows;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

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

  private final PageAddresses pages;
  private final int[] table;
  private final int[] position;
  private final int row;
  private final int kvHead;
  private final int heads;
  private final int group;
  private final int headDim;
  private final int columns;
  private final int end;
  private final long queries;
  private final long sums;
  private final long scores;
  private final long states;

  /**
   * A tile in this thread's scratch memory.
   *
   * @param count rows, from {@code row} on
   * @param q queries of all rows
   * @param states number of states that {@link #state} returns
   */
  PagedTile(
      PageAddresses pages,
      KvRows rows,
      int row,
      int count,
      int kvHead,
      int heads,
      int group,
      int headDim,
      float scale,
      long q,
      int states) {
    this.pages = pages;
    this.table = rows.pageTables()[rows.sequence()[row]];
    this.position = rows.position();
    this.row = row;
    this.kvHead = kvHead;
    this.heads = heads;
    this.group = group;
    this.headDim = headDim;
    this.columns = count * group;
    this.end = position[row + count - 1] + 1;
    long queryBytes = (4L * columns * headDim + 63) & -64;
    long stateBytes = SoftmaxState.bytes(columns, headDim);
    long memory =
        Scratch.ofThread()
            .reserve(4L * PAGE + columns * SCORE_ROW + queryBytes + states * stateBytes);
    this.sums = memory;
    this.scores = sums + 4L * PAGE;
    this.queries = scores + columns * SCORE_ROW;
    this.states = queries + queryBytes;
    for (int column = 0; column < columns; column++) {
      Rows.scale(query(column), q + offset(column), headDim, scale);
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
    long head = (long) kvHead * group + column % group;
    return ((row + column / group) * (long) heads + head) * headDim * Float.BYTES;
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
      softmax(state, column, seen, vectors);
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

  /** Replaces the scores of one column by exponentials, 0 from {@code seen} on. */
  private void softmax(SoftmaxState state, int column, int seen, int vectors) {
    long at = scores + column * SCORE_ROW;
    float max = max(at, seen, vectors);
    Memory.setFloat(state.max(column), max);
    for (int part = 0; part < PAGE / LANES; part++) {
      FloatVector sum = FloatVector.zero(Lanes.SPECIES);
      for (int i = part; i < vectors; i += PAGE / LANES) {
        FloatVector p = VectorMath.exp(Lanes.load(at + i * WIDTH).sub(max));
        Lanes.store(p, at + i * WIDTH);
        sum = sum.add(p);
      }
      Lanes.store(sum, sums + part * WIDTH);
    }
    for (int half = PAGE / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        long sum = sums + 4L * i;
        Memory.setFloat(sum, Memory.getFloat(sum) + Memory.getFloat(sum + 4L * half));
      }
    }
    Memory.setFloat(state.sum(column), Memory.getFloat(sums));
  }

  /** Hides the keys from {@code seen} on and finds the largest score. */
  private static float max(long at, int seen, int vectors) {
    FloatVector max = Lanes.all(Float.NEGATIVE_INFINITY);
    for (int i = 0; i < vectors; i++) {
      FloatVector score = Lanes.load(at + i * WIDTH);
      if ((i + 1) * LANES > seen) {
        VectorMask<Float> shown = Lanes.first(Math.max(0, seen - i * LANES));
        score = Lanes.all(Float.NEGATIVE_INFINITY).blend(score, shown);
        Lanes.store(score, at + i * WIDTH);
      }
      max = max.blend(score, score.compare(VectorOperators.GT, max));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }
}
