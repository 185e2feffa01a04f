package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.DType;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.layout.ScaledRows;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.products.SmallProducts;
import io.troupe.tensor.cpu.reductions.RowDots;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradients of FLOAT32 attention over packed sequences.
 *
 * <p>A part is a segment and a key head. It alone writes the gradients of the segment's queries and
 * keys. Its contributions to the keys of its prefix are accumulated separately; afterwards these
 * sums are added to the prefix in the order of segments, so that the result does not depend on the
 * order of threads.
 */
final class PackedAttentionGrad {
  private final PackedHeads at;
  private final long dq;
  private final long dk;
  private final long dv;
  private final long dOut;
  private final long out;
  private final long lse;
  private final long q;
  private final long k;
  private final long v;

  /** For each segment the offset, in floats, of the gradients of its prefix in separate memory. */
  private final long[] apart;

  PackedAttentionGrad(
      PackedHeads heads,
      Tensor dq,
      Tensor dk,
      Tensor dv,
      Tensor dOut,
      Tensor out,
      Tensor lse,
      Tensor q,
      Tensor k,
      Tensor v) {
    this.at = heads;
    this.dq = dq.address();
    this.dk = dk.address();
    this.dv = dv.address();
    this.dOut = dOut.address();
    this.out = out.address();
    this.lse = lse.address();
    this.q = q.address();
    this.k = k.address();
    this.v = v.address();
    PackedSequences layout = heads.layout;
    apart = new long[layout.numSegments() + 1];
    for (int s = 0; s < layout.numSegments(); s++) {
      apart[s + 1] = apart[s] + 2L * layout.prefixLength(s) * heads.kvHeads * heads.headDim;
    }
  }

  void run(ComputePool pool) {
    int parts = at.layout.numSegments() * at.kvHeads;
    int floats = Math.toIntExact(apart[apart.length - 1]);
    if (floats == 0) {
      pool.run(parts, part -> runSegment(part / at.kvHeads, part % at.kvHeads, 0));
      return;
    }
    try (Scope temporary = Scope.current().engine().open("gradients of prefixes")) {
      long memory = Tensor.empty(temporary, DType.FLOAT32, Shape.of(floats)).address();
      pool.run(parts, part -> runSegment(part / at.kvHeads, part % at.kvHeads, memory));
      List<List<Integer>> continuations = continuations();
      pool.run(
          parts,
          part -> {
            int prefix = part / at.kvHeads;
            for (int segment : continuations.get(prefix)) {
              addToPrefix(prefix, segment, part % at.kvHeads, memory);
            }
          });
    }
  }

  /** For each segment the segments that continue it. */
  private List<List<Integer>> continuations() {
    List<List<Integer>> found = new ArrayList<>();
    for (int segment = 0; segment < at.layout.numSegments(); segment++) {
      found.add(new ArrayList<>());
      if (at.layout.prefix(segment) >= 0) {
        found.get(at.layout.prefix(segment)).add(segment);
      }
    }
    return found;
  }

  private long keysApart(int segment, int kvHead, long memory) {
    long size = (long) at.layout.prefixLength(segment) * at.headDim;
    return memory + 4 * (apart[segment] + 2 * kvHead * size);
  }

  private long valuesApart(int segment, int kvHead, long memory) {
    return keysApart(segment, kvHead, memory) + 4L * at.layout.prefixLength(segment) * at.headDim;
  }

  private void addToPrefix(int prefix, int segment, int kvHead, long memory) {
    long keys = keysApart(segment, kvHead, memory);
    long values = valuesApart(segment, kvHead, memory);
    long target = at.keyOffset(prefix, 0, kvHead);
    int rows = at.layout.length(prefix);
    long row = 4L * at.headDim;
    MatrixRows.add(keys, row, rows, at.headDim, dk + target, at.keyRow);
    MatrixRows.add(values, row, rows, at.headDim, dv + target, at.keyRow);
  }

  private void runSegment(int segment, int kvHead, long memory) {
    int prefixLength = at.layout.prefixLength(segment);
    int end = prefixLength + at.layout.length(segment);
    Keys prefix =
        new Keys(
            0,
            prefixLength,
            keysApart(segment, kvHead, memory),
            valuesApart(segment, kvHead, memory),
            4L * at.headDim);
    long own = prefixLength < end ? at.keyOffset(segment, prefixLength, kvHead) : 0;
    Keys ownKeys = new Keys(prefixLength, end, dk + own, dv + own, at.keyRow);
    clear(prefix);
    clear(ownKeys);
    List<PackedHeads.Tile> tiles = new ArrayList<>();
    at.addTiles(segment, tiles);
    for (PackedHeads.Tile tile : tiles) {
      TileRun run = new TileRun(tile, kvHead);
      run.load();
      run.keys(prefix);
      run.keys(ownKeys);
      run.storeQueries();
    }
  }

  private void clear(Keys keys) {
    for (int i = 0; i < keys.end - keys.first; i++) {
      Memory.clear(keys.dk + i * keys.rowBytes, 4L * at.headDim);
      Memory.clear(keys.dv + i * keys.rowBytes, 4L * at.headDim);
    }
  }

  /** Keys at the positions {@code [first, end)} and the addresses of their gradients. */
  private record Keys(int first, int end, long dk, long dv, long rowBytes) {}

  /** One tile and key head. */
  private final class TileRun {
    /** Keys that are processed at once: their scores and gradients stay in the L1 cache. */
    private static final int BLOCK = 64;

    private final PackedHeads.Tile tile;
    private final int kvHead;
    private final int columns;
    private final int padded;
    private final long rowBytes;
    private final long queries;
    private final long queryColumns;
    private final long gradients;
    private final long gradientColumns;
    private final long queryGradients;
    private final long limits;
    private final long logSums;
    private final long deltas;
    private final long scores;
    private final long scoreGradients;
    private final long slopes;

    TileRun(PackedHeads.Tile tile, int kvHead) {
      this.tile = tile;
      this.kvHead = kvHead;
      columns = at.columns(tile);
      padded = PackedHeads.paddedColumns(columns);
      rowBytes = 4L * at.headDim;
      long matrix = padded * rowBytes;
      long vector = 4L * padded;
      queries = Scratch.ofThread().reserve(5 * matrix + (3 + 3 * BLOCK) * vector);
      queryColumns = queries + matrix;
      gradients = queryColumns + matrix;
      gradientColumns = gradients + matrix;
      queryGradients = gradientColumns + matrix;
      limits = queryGradients + matrix;
      logSums = limits + vector;
      deltas = logSums + vector;
      scores = deltas + vector;
      scoreGradients = scores + BLOCK * vector;
      slopes = scoreGradients + BLOCK * vector;
    }

    /** Gathers the operands of the columns. */
    void load() {
      at.limits(tile, limits, padded);
      at.load(tile, kvHead, q, at.headDim, queries, padded);
      ScaledRows.scale(queries, padded * at.headDim, at.scale);
      at.load(tile, kvHead, dOut, at.headDim, gradients, padded);
      at.load(tile, kvHead, lse, 1, logSums, padded);
      long outputs = queryGradients; // whose place is still free
      at.load(tile, kvHead, out, at.headDim, outputs, padded);
      RowDots.write(deltas, gradients, outputs, padded, at.headDim);
      Transposition.run(queries, rowBytes, padded, at.headDim, queryColumns, 4L * padded);
      Transposition.run(gradients, rowBytes, padded, at.headDim, gradientColumns, 4L * padded);
      Memory.clear(queryGradients, columns * rowBytes);
    }

    void storeQueries() {
      ScaledRows.scale(queryGradients, columns * at.headDim, at.scale);
      at.store(tile, kvHead, queryGradients, at.headDim, dq);
    }

    void keys(Keys keys) {
      int end = Math.min(keys.end, tile.end());
      int visible = at.transform.scores().firstVisible(tile.first());
      int skipped = Math.max(0, visible - keys.first) / BLOCK * BLOCK;
      for (int first = keys.first + skipped; first < end; first += BLOCK) {
        block(keys, first, Math.min(BLOCK, end - first));
      }
    }

    private void block(Keys keys, int first, int count) {
      long offset = at.keyOffset(tile.segment(), first, kvHead);
      timesColumns(scores, count, k + offset, queryColumns);
      timesColumns(scoreGradients, count, v + offset, gradientColumns);
      for (int column = 0; column < padded; column += Lanes.COUNT) {
        softmaxGradient(column, first, count);
      }
      SmallProducts.add(
          queryGradients,
          rowBytes,
          columns,
          at.headDim,
          scoreGradients,
          Float.BYTES,
          4L * padded,
          count,
          k + offset,
          at.keyRow);
      long target = (first - keys.first) * keys.rowBytes;
      addToKeys(keys.dk + target, keys.rowBytes, count, scoreGradients, queries);
      addToKeys(keys.dv + target, keys.rowBytes, count, scores, gradients);
    }

    /** (keys, headDim) times (headDim, columns). */
    private void timesColumns(long product, int count, long rows, long columnsOf) {
      SmallProducts.set(
          product,
          4L * padded,
          count,
          padded,
          rows,
          at.keyRow,
          Float.BYTES,
          at.headDim,
          columnsOf,
          4L * padded);
    }

    /** Adds (keys, columns) times (columns, headDim). */
    private void addToKeys(long target, long targetRow, int count, long weights, long rows) {
      SmallProducts.add(
          target,
          targetRow,
          count,
          at.headDim,
          weights,
          4L * padded,
          Float.BYTES,
          columns,
          rows,
          rowBytes);
    }

    /** Replaces scores by probabilities, and gradients of probabilities by gradients of scores. */
    private void softmaxGradient(int column, int first, int count) {
      int hiddenFrom = Math.clamp(tile.first() + 1, first, first + count);
      long top = scores + 4L * column;
      long rowOfScores = 4L * padded;
      long slope = slopes + 4L * column;
      at.transform.ofColumns(top, rowOfScores, first, count, limits + 4L * column, slope);
      ScoreKernels.BEST.gradient(
          new ScoreKernels.Scores(
              top, rowOfScores, first, first + count, hiddenFrom, limits + 4L * column),
          scoreGradients + 4L * column,
          logSums + 4L * column,
          deltas + 4L * column);
      at.transform.toUncapped(scoreGradients + 4L * column, rowOfScores, count, slope);
    }
  }
}
