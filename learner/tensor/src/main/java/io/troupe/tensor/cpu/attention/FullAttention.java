package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOperands;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.layout.ScaledRows;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.products.SmallProducts;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;

/**
 * FLOAT32 attention in both directions. A tile of queries of one head processes one chunk of keys
 * at a time, with scores stored as (keys, columns), as in {@link PackedAttention}.
 */
final class FullAttention {
  private final FullHeads at;
  private final AttentionOperands in;
  private final long q;
  private final long k;
  private final long v;
  private final long out;
  private final long lse;

  FullAttention(AttentionOperands in, Tensor out, Tensor lse) {
    this.at = new FullHeads(in);
    this.in = in;
    this.q = in.q().address();
    this.k = in.k().address();
    this.v = in.v().address();
    this.out = out.address();
    this.lse = lse.address();
  }

  /** Computes all tiles, one part for each example and head. */
  void run(ComputePool pool) {
    pool.run(
        in.batch() * in.heads(),
        part -> {
          for (int tile = 0; tile < at.tiles(); tile++) {
            new TileRun(part / in.heads(), part % in.heads(), tile).run();
          }
        });
  }

  /** One tile of an example and head. */
  private final class TileRun {
    private final int example;
    private final int head;
    private final int query;
    private final int columns;
    private final long row = 4L * at.padded;
    private final long queries;
    private final long limits;
    private final long sums;
    private final long scores;
    private final long bias;
    private final SoftmaxState total;
    private final SoftmaxState next;

    TileRun(int example, int head, int tile) {
      this.example = example;
      this.head = head;
      this.query = tile * at.columns;
      this.columns = at.columns(tile);
      int chunk = Math.min(SoftmaxState.CHUNK, (in.keys() + 15) & -16);
      long state = SoftmaxState.bytes(at.padded, at.headDim);
      long matrix = Math.max(chunk, at.headDim) * row;
      queries =
          Scratch.ofThread()
              .reserve((at.headDim + 1) * row + ScoreKernels.SUMS_BYTES + 2 * matrix + 2 * state);
      limits = queries + at.headDim * row;
      sums = limits + row;
      scores = sums + ScoreKernels.SUMS_BYTES;
      bias = scores + matrix;
      total = new SoftmaxState(bias + matrix, at.padded, at.headDim);
      next = new SoftmaxState(bias + matrix + state, at.padded, at.headDim);
    }

    void run() {
      loadQueries();
      for (int first = 0; first < in.keys(); first += SoftmaxState.CHUNK) {
        int count = Math.min(SoftmaxState.CHUNK, in.keys() - first);
        chunk(first == 0 ? total : next, first, count);
        if (first > 0) {
          total.merge(next, columns);
        }
      }
      total.logSums(limits);
      MatrixRows.copy(limits, 4, columns, 1, lse + at.logSum(example, head, query), at.logSumRow());
      total.divide(columns);
      at.store(total.values(0), columns, out + at.query(example, head, query));
    }

    /** Scaled, as columns; the place of the scores has room for them as rows. */
    private void loadQueries() {
      at.load(q + at.query(example, head, query), columns, scores);
      ScaledRows.scale(scores, at.padded * at.headDim, (float) in.scale());
      Transposition.run(scores, 4L * at.headDim, at.padded, at.headDim, queries, row);
    }

    private void chunk(SoftmaxState state, int first, int count) {
      SmallProducts.set(
          scores,
          row,
          count,
          at.padded,
          k + at.key(example, head, first),
          at.position,
          Float.BYTES,
          at.headDim,
          queries,
          row);
      at.change(scores, example, head, query, columns, first, count, bias);
      for (int column = 0; column < at.padded; column += Lanes.COUNT) {
        ScoreKernels.BEST.softmax(
            new ScoreKernels.Scores(scores + 4L * column, row, 0, count, count, limits),
            sums,
            state.max(column),
            state.sum(column));
      }
      state.clearValues();
      SmallProducts.add(
          state.values(0),
          4L * at.headDim,
          columns,
          at.headDim,
          scores,
          Float.BYTES,
          row,
          count,
          v + at.key(example, head, first),
          at.position);
    }
  }
}
