package io.troupe.tensor.cpu;

import io.troupe.tensor.Memory;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the FLOAT32 queries and keys of packed sequences lie, and the tiles they are computed in.
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

  /** Bytes from one key row to the next. */
  final long keyRow;

  PackedHeads(Tensor q, Tensor k, PackedSequences layout, double scale) {
    this.layout = layout;
    this.heads = q.size(1);
    this.kvHeads = k.size(1);
    this.group = heads / kvHeads;
    this.headDim = q.size(2);
    this.scale = (float) scale;
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

  /** The most columns of a tile, padded to whole vectors. */
  int maxColumns() {
    return paddedColumns(Math.max(TILE_COLUMNS, group));
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

  /** The offset of a column's query, in bytes. */
  long queryOffset(Tile tile, int kvHead, int column) {
    int row = row(tile.segment(), tile.first() + column / group);
    int head = kvHead * group + column % group;
    return ((long) row * heads + head) * headDim * Float.BYTES;
  }

  /** The offset of a column's log of the sum of exponentials, in bytes. */
  long lseOffset(Tile tile, int kvHead, int column) {
    return queryOffset(tile, kvHead, column) / headDim;
  }

  /** Writes the vectors of a tile's queries as columns of (headDim, padded columns). */
  void transpose(Tile tile, int kvHead, long from, long to, int padded) {
    int columns = columns(tile);
    for (int column = 0; column < padded; column++) {
      long at = to + 4L * column;
      if (column < columns) {
        long source = from + queryOffset(tile, kvHead, column);
        for (int d = 0; d < headDim; d++) {
          Memory.setFloat(at + 4L * d * padded, Memory.getFloat(source + 4L * d));
        }
      } else {
        for (int d = 0; d < headDim; d++) {
          Memory.setFloat(at + 4L * d * padded, 0);
        }
      }
    }
  }

  /** Writes the last position that each column attends to; padding takes the tile's last. */
  void limits(Tile tile, long to, int padded) {
    for (int column = 0; column < padded; column++) {
      int position = Math.min(tile.first() + column / group, tile.end() - 1);
      Memory.setFloat(to + 4L * column, position);
    }
  }
}
