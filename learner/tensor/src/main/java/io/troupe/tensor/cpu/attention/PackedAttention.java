package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.layout.ScaledRows;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.products.SmallProducts;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import java.util.List;

/**
 * FLOAT32 attention over packed sequences.
 *
 * <p>A tile of queries processes one chunk of keys at a time. Scores are stored as (keys, columns),
 * so that queries fill the lanes of a vector, and keys and values are read where they are.
 */
final class PackedAttention {
  private static final int LANES = Lanes.COUNT;

  /**
   * Columns whose values are summed together: they attend to almost the same keys, and their
   * exponentials are in one vector.
   */
  private static final int VALUE_COLUMNS = Math.min(8, LANES);

  private final PackedHeads at;
  private final long q;
  private final long k;
  private final long v;
  private final long out;
  private final long lse;

  PackedAttention(PackedHeads heads, Tensor out, Tensor lse, Tensor q, Tensor k, Tensor v) {
    this.at = heads;
    this.q = q.address();
    this.k = k.address();
    this.v = v.address();
    this.out = out.address();
    this.lse = lse.address();
  }

  /** Computes all tiles, one part for each and each key head. */
  void run(ComputePool pool) {
    List<PackedHeads.Tile> tiles = at.tiles();
    pool.run(
        tiles.size() * at.kvHeads,
        part -> new TileRun(tiles.get(part / at.kvHeads), part % at.kvHeads).run());
  }

  /** One tile and key head. */
  private final class TileRun {
    private final PackedHeads.Tile tile;
    private final int kvHead;
    private final int columns;
    private final int padded;
    private final long row;
    private final long limits;
    private final long queries;
    private final long sums;
    private final long scores;
    private final SoftmaxState total;
    private final SoftmaxState next;

    TileRun(PackedHeads.Tile tile, int kvHead) {
      this.tile = tile;
      this.kvHead = kvHead;
      columns = at.columns(tile);
      padded = PackedHeads.paddedColumns(columns);
      row = 4L * padded;
      long state = SoftmaxState.bytes(padded, at.headDim);
      long rows = 1L + at.headDim + Math.max(SoftmaxState.CHUNK, at.headDim);
      limits = Scratch.ofThread().reserve(rows * row + ScoreKernels.SUMS_BYTES + 2 * state);
      queries = limits + row;
      scores = queries + at.headDim * row;
      sums = scores + SoftmaxState.CHUNK * row;
      long states = sums + ScoreKernels.SUMS_BYTES;
      total = new SoftmaxState(states, padded, at.headDim);
      next = new SoftmaxState(states + state, padded, at.headDim);
    }

    void run() {
      at.limits(tile, limits, padded);
      loadQueries();
      int start = at.transform.firstChunkStart(tile.first());
      for (int first = start; first < tile.end(); first += SoftmaxState.CHUNK) {
        int end = Math.min(tile.end(), first + SoftmaxState.CHUNK);
        chunk(first == start ? total : next, first, end);
        if (first > start) {
          total.merge(next, columns);
        }
      }
      finish();
    }

    /** Scaled, as columns; the place of the scores has room for them as rows. */
    private void loadQueries() {
      long rows = scores;
      at.load(tile, kvHead, q, at.headDim, rows, padded);
      ScaledRows.scale(rows, padded * at.headDim, at.scale);
      Transposition.run(rows, 4L * at.headDim, padded, at.headDim, queries, row);
    }

    private void finish() {
      total.logSums(limits);
      at.store(tile, kvHead, limits, 1, lse);
      total.divide(columns);
      at.store(tile, kvHead, total.values(0), at.headDim, out);
    }

    /** The end of the keys that any of {@code count} columns attends to. */
    private int seen(int column, int count, int end) {
      int last = Math.min(column + count, columns) - 1;
      return Math.min(end, tile.first() + last / at.group + 1);
    }

    private void chunk(SoftmaxState state, int first, int end) {
      int seenByLead = seen(0, LANES, end);
      setScores(first, first, seenByLead, 0);
      setScores(first, seenByLead, end, LANES);
      for (int column = 0; column < padded; column += LANES) {
        softmax(state, column, first, seen(column, LANES, end));
      }
      state.clearValues();
      for (int column = 0; column < columns; column += VALUE_COLUMNS) {
        int count = Math.min(VALUE_COLUMNS, columns - column);
        addValues(state, column, count, first, seen(column, count, end));
      }
    }

    /** Scores of the keys {@code [from, to)} in the columns from {@code column} on. */
    private void setScores(int first, int from, int to, int column) {
      int split = Math.clamp(at.layout.prefixLength(tile.segment()), from, to);
      setScoresOfNeighbors(first, from, split, column);
      setScoresOfNeighbors(first, split, to, column);
    }

    private void setScoresOfNeighbors(int first, int from, int to, int column) {
      if (from < to && column < padded) {
        SmallProducts.set(
            scores + (from - first) * row + 4L * column,
            row,
            to - from,
            padded - column,
            k + at.keyOffset(tile.segment(), from, kvHead),
            at.keyRow,
            Float.BYTES,
            at.headDim,
            queries + 4L * column,
            row);
      }
    }

    /** Weighted values of the keys {@code [first, to)} in some columns. */
    private void addValues(SoftmaxState state, int column, int count, int first, int to) {
      int split = Math.clamp(at.layout.prefixLength(tile.segment()), first, to);
      addValuesOfNeighbors(state, column, count, first, first, split);
      addValuesOfNeighbors(state, column, count, first, split, to);
    }

    private void addValuesOfNeighbors(
        SoftmaxState state, int column, int count, int first, int from, int to) {
      if (from < to) {
        SmallProducts.add(
            state.values(column),
            4L * at.headDim,
            count,
            at.headDim,
            scores + (from - first) * row + 4L * column,
            Float.BYTES,
            row,
            to - from,
            v + at.keyOffset(tile.segment(), from, kvHead),
            at.keyRow);
      }
    }

    /**
     * Replaces the scores of one vector of columns by exponentials; stores their maximum and sum.
     */
    private void softmax(SoftmaxState state, int column, int first, int end) {
      int hiddenFrom = Math.min(end, tile.first() + 1);
      long top = scores + 4L * column;
      at.transform.ofColumns(top, row, first, end - first, limits + 4L * column);
      ScoreKernels.BEST.softmax(
          new ScoreKernels.Scores(top, row, first, end, hiddenFrom, limits + 4L * column),
          sums,
          state.max(column),
          state.sum(column));
    }
  }
}
