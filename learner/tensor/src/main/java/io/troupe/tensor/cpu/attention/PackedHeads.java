package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionScores;
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
   * Writes for each column the index of its query among those of all rows and heads, and the last
   * position it attends to. Padding repeats the last column.
   *
   * @param indices (padded), 64-bit integers
   * @param limits (padded), floats: exact for any position that memory can hold
   */
  void locate(Tile tile, int kvHead, long indices, long limits, int padded) {
    int columns = columns(tile);
    long index = (long) row(tile.segment(), tile.first()) * heads + (long) kvHead * group;
    int position = tile.first();
    for (int column = 0, head = 0; column < padded; column++) {
      Memory.setLong(indices + 8L * column, index);
      Memory.setFloat(limits + 4L * column, position);
      if (column >= columns - 1) {
        continue;
      }
      index++;
      head++;
      if (head == group) {
        head = 0;
        index += heads - group;
        position++;
      }
    }
  }

  /** The offset of a column's query, in bytes. */
  long offset(long indices, int column) {
    return Memory.getLong(indices + 8L * column) * headDim * Float.BYTES;
  }
}
