package io.troupe.tensor.cpu;

import io.troupe.tensor.Memory;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.KvPages;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * FLOAT32 attention over packed sequences.
 *
 * <p>A tile of queries meets one chunk of keys after the other. Scores lie as (keys, columns), so
 * that queries fill the lanes of a vector, and keys and values are read where they are.
 */
final class PackedAttention {
  private static final int LANES = Lanes.COUNT;
  private static final int PAGE = KvPages.PAGE_SIZE;

  /** Columns whose values are added up together: they see almost the same keys. */
  private static final int VALUE_COLUMNS = 8;

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
    private final long queries;
    private final long limits;
    private final long sums;
    private final long scores;
    private SoftmaxState total;
    private SoftmaxState next;

    TileRun(PackedHeads.Tile tile, int kvHead) {
      this.tile = tile;
      this.kvHead = kvHead;
      columns = at.columns(tile);
      padded = PackedHeads.paddedColumns(columns);
      long vectors = 4L * padded;
      long state = SoftmaxState.bytes(padded, at.headDim);
      long memory =
          Scratch.ofThread()
              .reserve(vectors * (at.headDim + 1 + SoftmaxState.CHUNK) + 64L * PAGE + 2 * state);
      queries = memory;
      limits = queries + vectors * at.headDim;
      sums = limits + vectors;
      scores = sums + 64L * PAGE;
      long states = scores + vectors * SoftmaxState.CHUNK;
      total = new SoftmaxState(states, padded, at.headDim);
      next = new SoftmaxState(states + state, padded, at.headDim);
    }

    void run() {
      at.transpose(tile, kvHead, q, queries, padded);
      at.limits(tile, limits, padded);
      for (int first = 0; first < tile.end(); first += SoftmaxState.CHUNK) {
        int end = Math.min(tile.end(), first + SoftmaxState.CHUNK);
        chunk(first == 0 ? total : next, first, end);
        if (first > 0) {
          total.merge(next, columns);
        }
      }
      for (int column = 0; column < columns; column++) {
        total.finish(column, out + at.queryOffset(tile, kvHead, column));
        Memory.setFloat(lse + at.lseOffset(tile, kvHead, column), total.logSum(column));
      }
    }

    private void chunk(SoftmaxState state, int first, int end) {
      int prefixEnd = Math.clamp(at.layout.prefixLength(tile.segment()), first, end);
      Rows.clear(scores, (end - first) * padded);
      addScores(first, first, prefixEnd);
      addScores(first, prefixEnd, end);
      for (int column = 0; column < padded; column += LANES) {
        softmax(state, column, first, end);
      }
      state.clearValues();
      for (int column = 0; column < columns; column += VALUE_COLUMNS) {
        int count = Math.min(VALUE_COLUMNS, columns - column);
        int lastSeen = tile.first() + (column + count - 1) / at.group;
        int seen = Math.min(end, lastSeen + 1);
        int split = Math.min(prefixEnd, seen);
        addValues(state, column, count, first, first, split);
        addValues(state, column, count, first, split, seen);
      }
    }

    /** Scores of the keys {@code [from, to)}, whose rows are neighbours. */
    private void addScores(int first, int from, int to) {
      if (from < to) {
        SmallProducts.add(
            scores + 4L * (from - first) * padded,
            4L * padded,
            to - from,
            padded,
            k + at.keyOffset(tile.segment(), from, kvHead),
            at.keyRow,
            Float.BYTES,
            at.headDim,
            queries,
            4L * padded);
      }
    }

    /** Weighted values of the keys {@code [from, to)}, whose rows are neighbours. */
    private void addValues(SoftmaxState state, int column, int count, int first, int from, int to) {
      if (from < to) {
        SmallProducts.add(
            state.values(column),
            4L * at.headDim,
            count,
            at.headDim,
            scores + 4L * ((long) (from - first) * padded + column),
            Float.BYTES,
            4L * padded,
            to - from,
            v + at.keyOffset(tile.segment(), from, kvHead),
            at.keyRow);
      }
    }

    /** Scores of one vector of columns become exponentials; their largest and sum are kept. */
    private void softmax(SoftmaxState state, int column, int first, int end) {
      long row = 4L * padded;
      long at0 = scores + 4L * column;
      FloatVector max = scaledMax(at0, row, column, first, end);
      Lanes.store(max, state.max(column));
      int keys = end - first;
      for (int i = 0; i < PAGE; i++) {
        FloatVector sum = FloatVector.zero(Lanes.SPECIES);
        for (int key = i; key < keys; key += PAGE) {
          FloatVector p = VectorMath.exp(Lanes.load(at0 + key * row).sub(max));
          Lanes.store(p, at0 + key * row);
          sum = sum.add(p);
        }
        Lanes.store(sum, sums + 64L * i);
      }
      for (int half = PAGE / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
          FloatVector sum = Lanes.load(sums + 64L * i);
          Lanes.store(sum.add(Lanes.load(sums + 64L * (i + half))), sums + 64L * i);
        }
      }
      Lanes.store(Lanes.load(sums), state.sum(column));
    }

    /** Scales scores, hides keys after each column's own position, and finds the largest. */
    private FloatVector scaledMax(long at0, long row, int column, int first, int end) {
      FloatVector limit = Lanes.load(limits + 4L * column);
      FloatVector max = Lanes.all(Float.NEGATIVE_INFINITY);
      int seenByAll = Math.min(end, tile.first() + 1);
      for (int key = first; key < seenByAll; key++) {
        long score = at0 + (key - first) * row;
        FloatVector scaled = Lanes.load(score).mul(at.scale);
        Lanes.store(scaled, score);
        max = max.max(scaled);
      }
      for (int key = seenByAll; key < end; key++) {
        long score = at0 + (key - first) * row;
        VectorMask<Float> hidden = limit.compare(VectorOperators.LT, key);
        FloatVector scaled = Lanes.load(score).mul(at.scale).blend(Float.NEGATIVE_INFINITY, hidden);
        Lanes.store(scaled, score);
        max = max.max(scaled);
      }
      return max;
    }
  }
}
