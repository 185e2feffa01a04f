package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.AttentionOperands;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.layout.Transposition;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;

/**
 * The memory layout of the FLOAT32 operands of attention in both directions, and the tiles of
 * queries that are computed together.
 */
final class FullHeads {
  /** The largest number of queries of a tile: four of the widest vectors. */
  private static final int TILE_COLUMNS = 64;

  final AttentionOperands in;
  final int headDim;

  /** Bytes from the features of a head at one position to those at the next. */
  final long position;

  /** Queries of a tile; the last tile may have fewer. */
  final int columns;

  /** Queries of a tile, padded to whole vectors. */
  final int padded;

  private final long bias;
  private final long mask;

  FullHeads(AttentionOperands in) {
    this.in = in;
    this.headDim = in.headDim();
    this.position = 4L * in.heads() * headDim;
    int tiles = Math.max(1, (in.queries() + TILE_COLUMNS - 1) / TILE_COLUMNS);
    this.columns = Math.max(1, (in.queries() + tiles - 1) / tiles);
    this.padded = PackedHeads.paddedColumns(columns);
    this.bias = in.bias() == null ? 0 : in.bias().address();
    this.mask = in.keyMask() == null ? 0 : in.keyMask().address();
  }

  /** The tiles of the queries of one example and head. */
  int tiles() {
    return (in.queries() + columns - 1) / columns;
  }

  /** The queries of a tile. */
  int columns(int tile) {
    return Math.min(columns, in.queries() - tile * columns);
  }

  /** The offset in bytes of a query of an example. */
  long query(int example, int head, int query) {
    return ((long) example * in.queries() + query) * position + 4L * head * headDim;
  }

  /** The offset in bytes of a key of an example. */
  long key(int example, int head, int key) {
    return ((long) example * in.keys() + key) * position + 4L * head * headDim;
  }

  /** The offset in bytes of the log of the sum of a query. */
  long logSum(int example, int head, int query) {
    return 4 * (((long) example * in.queries() + query) * in.heads() + head);
  }

  /**
   * Copies the features of a head at neighboring positions, as columns one after the other. Padding
   * repeats the last column.
   *
   * @param from at the first position
   */
  void load(long from, int columns, long to) {
    MatrixRows.copy(from, position, columns, headDim, to, 4L * headDim);
    PackedHeads.pad(to, headDim, columns, padded);
  }

  /** The reverse of {@link #load}, without padding. */
  void store(long from, int columns, long to) {
    MatrixRows.copy(from, 4L * headDim, columns, headDim, to, position);
  }

  /** The distance in bytes of the logs of the sums of neighboring queries. */
  long logSumRow() {
    return 4L * in.heads();
  }

  /**
   * Adds the bias to scores, (keys, padded columns), and hides keys.
   *
   * @param scores of the keys {@code [first, first + count)}
   * @param columns queries from {@code query} on
   * @param scratch memory of as many floats as there are scores
   */
  void change(
      long scores,
      int example,
      int head,
      int query,
      int columns,
      int first,
      int count,
      long scratch) {
    long row = 4L * padded;
    if (bias != 0) {
      long from = bias + 4 * (in.biasIndex(example, head, query) + first);
      Transposition.run(from, 4L * in.keys(), columns, count, scratch, row);
      MatrixRows.add(scratch, 0, 1, count * padded, scores, 0);
    }
    if (mask != 0) {
      long at = mask + 4 * ((long) example * in.keys() + first);
      FloatVector hidden = Lanes.all((float) AttentionOperands.HIDDEN);
      for (int key = 0; key < count; key++) {
        if (Memory.getInt(at + 4L * key) == 0) {
          for (int column = 0; column < padded; column += Lanes.COUNT) {
            Lanes.store(hidden, scores + key * row + 4L * column);
          }
        }
      }
    }
  }
}
