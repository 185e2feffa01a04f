package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory layout of the FLOAT32 queries and keys of packed sequences, and the tiles of the
 * computation.
 *
 * <p>Positions count from the start of a sequence, its prefix included. The columns of a tile are
 * its queries: for each position the heads that share a key head.
 */
final class PackedHeads {
  /** Queries that are computed together: two of the widest vectors. */
  private static final int TILE_COLUMNS = 32;

  final PackedSequences layout;
  final int heads;
  final int kvHeads;
  final int group;
  final int headDim;
  final float scale;
  final ScoreTransform transform;

  /** Bytes from one key row to the next. */
  final long keyRow;

  PackedHeads(Tensor q, Tensor k, PackedSequences layout, AttentionScores scores) {
    this.layout = layout;
    this.heads = q.size(1);
    this.kvHeads = k.size(1);
    this.group = heads / kvHeads;
    this.headDim = q.size(2);
    this.scale = (float) scores.scale();
    this.transform = new ScoreTransform(scores);
    this.keyRow = (long) kvHeads * headDim * Float.BYTES;
  }

  /**
   * The queries of a segment at the positions {@code [first, end)}, none of which is in another
   * {@link SoftmaxState#CHUNK} than the others.
   */
  record Tile(int segment, int first, int end) {}

  /** All tiles, in order. */
  List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    for (int segment = 0; segment < layout.numSegments(); segment++) {
      addTiles(segment, tiles);
    }
    return tiles;
  }

  /** The tiles of one segment. */
  void addTiles(int segment, List<Tile> tiles) {
    int positions = Math.max(1, TILE_COLUMNS / group);
    int first = layout.prefixLength(segment);
    int end = first + layout.length(segment);
    while (first < end) {
      int next = Math.min(Math.min(first + positions, end), SoftmaxState.endOfChunk(first));
      tiles.add(new Tile(segment, first, next));
      first = next;
    }
  }

  /** The columns of a tile. */
  int columns(Tile tile) {
    return (tile.end() - tile.first()) * group;
  }

  /** Columns padded to whole vectors. */
  static int paddedColumns(int columns) {
    return (columns + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
  }

  /** The row of a position. */
  int row(int segment, int position) {
    int prefixLength = layout.prefixLength(segment);
    return position < prefixLength
        ? layout.start(layout.prefix(segment)) + position
        : layout.start(segment) + position - prefixLength;
  }

  /** The offset of a key or value, in bytes. */
  long keyOffset(int segment, int position, int kvHead) {
    return row(segment, position) * keyRow + (long) kvHead * headDim * Float.BYTES;
  }

  /**
   * Writes for each column the last position it attends to, as a float: exact for any position that
   * memory can hold. Padding repeats the last column.
   */
  void limits(Tile tile, long limits, int padded) {
    int last = tile.end() - 1;
    for (int column = 0; column < padded; column++) {
      Memory.setFloat(limits + 4L * column, Math.min(last, tile.first() + column / group));
    }
  }

  /**
   * Copies what the columns of a tile have in a tensor, one column after the other. Padding repeats
   * the last column.
   *
   * @param from first element of the tensor, (rows, heads, floats)
   * @param floats of a column
   */
  void load(Tile tile, int kvHead, long from, int floats, long to, int padded) {
    long column = 4L * floats;
    int columns = columns(tile);
    MatrixRows.copy(
        from + first(tile, kvHead) * column,
        heads * column,
        tile.end() - tile.first(),
        group * floats,
        to,
        group * column);
    pad(to, floats, columns, padded);
  }

  /** Repeats the last of some columns until there are {@code padded} of them. */
  static void pad(long first, int floats, int columns, int padded) {
    long column = 4L * floats;
    long rest = first + columns * column;
    MatrixRows.copy(rest - column, 0, padded - columns, floats, rest, column);
  }

  /** The reverse of {@link #load}, without padding. */
  void store(Tile tile, int kvHead, long from, int floats, long to) {
    long column = 4L * floats;
    MatrixRows.copy(
        from,
        group * column,
        tile.end() - tile.first(),
        group * floats,
        to + first(tile, kvHead) * column,
        heads * column);
  }

  /** The index of a tile's first column among those of all rows and heads. */
  private long first(Tile tile, int kvHead) {
    return (long) row(tile.segment(), tile.first()) * heads + (long) kvHead * group;
  }
}
