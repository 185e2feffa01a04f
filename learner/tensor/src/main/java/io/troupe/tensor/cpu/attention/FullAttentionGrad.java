package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOperands;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.layout.ScaledRows;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.products.SmallProducts;
import io.troupe.tensor.cpu.reductions.RowDots;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.memory.Memory;

/**
 * Gradients of FLOAT32 attention in both directions.
 *
 * <p>A part computes one head of the examples that share a group of the bias, or of a slice of
 * them. It alone writes the gradients of their queries, keys and values. If there are several
 * slices, each sums its own gradient of the bias; these are added in order, so that the result does
 * not depend on the order of threads.
 */
final class FullAttentionGrad {
  /** Parts into which the work is split, if there are enough examples. */
  private static final int MIN_PARTS = 16;

  private final FullHeads at;
  private final AttentionOperands in;
  private final Tensor dBias;
  private final long q;
  private final long k;
  private final long v;
  private final long dq;
  private final long dk;
  private final long dv;
  private final long dOut;
  private final long out;
  private final long lse;

  FullAttentionGrad(
      AttentionOperands in,
      Tensor dq,
      Tensor dk,
      Tensor dv,
      Tensor dBias,
      Tensor dOut,
      Tensor out,
      Tensor lse) {
    this.at = new FullHeads(in);
    this.in = in;
    this.dBias = dBias;
    this.q = in.q().address();
    this.k = in.k().address();
    this.v = in.v().address();
    this.dq = dq.address();
    this.dk = dk.address();
    this.dv = dv.address();
    this.dOut = dOut.address();
    this.out = out.address();
    this.lse = lse.address();
    Memory.clear(this.dk, dk.sizeBytes());
    Memory.clear(this.dv, dv.sizeBytes());
  }

  void run(ComputePool pool) {
    if (dBias == null) {
      pool.run(in.batch() * in.heads(), part -> example(part / in.heads(), part % in.heads(), 0));
      return;
    }
    int ofGroup = in.batch() / in.groups();
    int slices = Math.clamp(MIN_PARTS / (in.groups() * in.heads()), 1, Math.max(1, ofGroup));
    long elements = dBias.numel();
    try (Scope temporary = Scope.current().engine().open("gradients of a bias")) {
      Shape apart = Shape.of(slices, Math.toIntExact(elements));
      long sums = Tensor.empty(temporary, DType.FLOAT32, apart).address();
      Memory.clear(sums, 4 * slices * elements);
      pool.run(
          in.groups() * in.heads() * slices,
          part -> {
            int slice = part % slices;
            int head = part / slices % in.heads();
            int group = part / slices / in.heads();
            for (int i = slice; i < ofGroup; i += slices) {
              example(i * in.groups() + group, head, sums + 4 * slice * elements);
            }
          });
      long target = dBias.address();
      Memory.copy(target, sums, 4 * elements);
      for (int slice = 1; slice < slices; slice++) {
        MatrixRows.add(sums + 4 * slice * elements, 0, 1, Math.toIntExact(elements), target, 0);
      }
    }
  }

  /** Adds the gradient of the bias to {@code biasSum}, unless it is 0. */
  private void example(int example, int head, long biasSum) {
    for (int tile = 0; tile < at.tiles(); tile++) {
      new TileRun(example, head, tile, biasSum).run();
    }
  }

  /** One tile of an example and head. */
  private final class TileRun {
    /** Keys that are processed at once: their scores and gradients stay in the L1 cache. */
    private static final int BLOCK = 64;

    private final int example;
    private final int head;
    private final int query;
    private final int columns;
    private final long biasSum;
    private final long row = 4L * at.padded;
    private final long rowBytes = 4L * at.headDim;
    private final long queries;
    private final long queryColumns;
    private final long gradients;
    private final long gradientColumns;
    private final long queryGradients;
    private final long logSums;
    private final long deltas;
    private final long scores;
    private final long scoreGradients;
    private final long scratch;

    TileRun(int example, int head, int tile, long biasSum) {
      this.example = example;
      this.head = head;
      this.query = tile * at.columns;
      this.columns = at.columns(tile);
      this.biasSum = biasSum;
      long matrix = at.padded * rowBytes;
      queries = Scratch.ofThread().reserve(5 * matrix + (2 + 3 * BLOCK) * row);
      queryColumns = queries + matrix;
      gradients = queryColumns + matrix;
      gradientColumns = gradients + matrix;
      queryGradients = gradientColumns + matrix;
      logSums = queryGradients + matrix;
      deltas = logSums + row;
      scores = deltas + row;
      scoreGradients = scores + BLOCK * row;
      scratch = scoreGradients + BLOCK * row;
    }

    void run() {
      load();
      for (int first = 0; first < in.keys(); first += BLOCK) {
        block(first, Math.min(BLOCK, in.keys() - first));
      }
      ScaledRows.scale(queryGradients, columns * at.headDim, (float) in.scale());
      at.store(queryGradients, columns, dq + at.query(example, head, query));
    }

    private void load() {
      long offset = at.query(example, head, query);
      at.load(q + offset, columns, queries);
      ScaledRows.scale(queries, at.padded * at.headDim, (float) in.scale());
      at.load(dOut + offset, columns, gradients);
      MatrixRows.copy(
          lse + at.logSum(example, head, query), at.logSumRow(), columns, 1, logSums, 4);
      PackedHeads.pad(logSums, 1, columns, at.padded);
      long outputs = queryGradients; // whose place is still free
      at.load(out + offset, columns, outputs);
      RowDots.write(deltas, gradients, outputs, at.padded, at.headDim);
      Transposition.run(queries, rowBytes, at.padded, at.headDim, queryColumns, row);
      Transposition.run(gradients, rowBytes, at.padded, at.headDim, gradientColumns, row);
      Memory.clear(queryGradients, columns * rowBytes);
    }

    private void block(int first, int count) {
      long offset = at.key(example, head, first);
      timesColumns(scores, count, k + offset, queryColumns);
      at.change(scores, example, head, query, columns, first, count, scratch);
      timesColumns(scoreGradients, count, v + offset, gradientColumns);
      for (int column = 0; column < at.padded; column += Lanes.COUNT) {
        ScoreKernels.BEST.gradient(
            new ScoreKernels.Scores(scores + 4L * column, row, 0, count, count, deltas),
            scoreGradients + 4L * column,
            logSums + 4L * column,
            deltas + 4L * column);
      }
      addBias(first, count);
      SmallProducts.add(
          queryGradients,
          rowBytes,
          columns,
          at.headDim,
          scoreGradients,
          Float.BYTES,
          row,
          count,
          k + offset,
          at.position);
      addToKeys(dk + offset, count, scoreGradients, queries);
      addToKeys(dv + offset, count, scores, gradients);
    }

    private void addBias(int first, int count) {
      if (biasSum == 0) {
        return;
      }
      Transposition.run(scoreGradients, row, count, columns, scratch, 4L * BLOCK);
      long target = biasSum + 4 * (in.biasIndex(example, head, query) + first);
      MatrixRows.add(scratch, 4L * BLOCK, columns, count, target, 4L * in.keys());
    }

    /** (keys, headDim) times (headDim, columns). */
    private void timesColumns(long product, int count, long rows, long columnsOf) {
      SmallProducts.set(
          product,
          row,
          count,
          at.padded,
          rows,
          at.position,
          Float.BYTES,
          at.headDim,
          columnsOf,
          row);
    }

    /** Adds (keys, columns) times (columns, headDim). */
    private void addToKeys(long target, int count, long weights, long rows) {
      SmallProducts.add(
          target,
          at.position,
          count,
          at.headDim,
          weights,
          row,
          Float.BYTES,
          columns,
          rows,
          rowBytes);
    }
  }
}
