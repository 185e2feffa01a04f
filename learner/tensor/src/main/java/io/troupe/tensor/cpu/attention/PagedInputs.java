package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.backend.RotaryAngles;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.layout.ScaledRows;
import io.troupe.tensor.cpu.vectors.Scratch;
import io.troupe.tensor.memory.Memory;

/**
 * The queries, keys and values of the rows of a pass.
 *
 * @param q address of the queries, (rows, heads, headDim); k and v (rows, kvHeads, headDim)
 * @param rotation rotates queries and keys when they are read; null if they are not rotated
 * @param scale multiplies the queries when they are read
 * @param transform applies the soft cap and hides keys before the window
 */
record PagedInputs(
    PageAddresses pages,
    KvRows rows,
    long q,
    long k,
    long v,
    RotaryRows rotation,
    int heads,
    int kvHeads,
    int headDim,
    float scale,
    ScoreTransform transform) {

  static PagedInputs of(
      Tensor q,
      Tensor k,
      Tensor v,
      RotaryAngles angles,
      PageAddresses pages,
      KvRows rows,
      AttentionScores scores) {
    int headDim = q.size(2);
    RotaryRows rotation =
        angles == null
            ? null
            : RotaryRows.of(angles.cos(), angles.sin(), angles.positions(), headDim);
    return new PagedInputs(
        pages,
        rows,
        q.address(),
        k.address(),
        v.address(),
        rotation,
        q.size(1),
        k.size(1),
        headDim,
        (float) scores.scale(),
        new ScoreTransform(scores));
  }

  /** Query heads that share a key head. */
  int group() {
    return heads / kvHeads;
  }

  /** The pages of the sequence of a row. */
  int[] pageTable(int row) {
    return rows.pageTables()[rows.sequence()[row]];
  }

  /** The offset of a query head in {@link #q} and in the result, in bytes. */
  long offset(int row, int head) {
    return 4L * headDim * ((long) row * heads + head);
  }

  /** Reads queries: {@code count} heads of a row, from {@code head} on. */
  void queries(long to, int row, int head, int count) {
    long from = q + offset(row, head);
    if (rotation == null) {
      MatrixRows.copy(from, 0, 1, count * headDim, to, 0);
    } else {
      rotation.rotate(to, from, row, count, false);
    }
    ScaledRows.scale(to, count * headDim, scale);
  }

  /** Writes the key and value of a row into the pages of key heads {@code [from, to)}. */
  void store(int row, int from, int to) {
    int position = rows.position()[row];
    int page = pageTable(row)[position / KvPages.PAGE_SIZE];
    int slot = position % KvPages.PAGE_SIZE;
    long rotated = rotation == null ? 0 : Scratch.ofThread().reserve(4L * headDim);
    for (int kvHead = from; kvHead < to; kvHead++) {
      long offset = 4L * headDim * ((long) row * kvHeads + kvHead);
      long key = k + offset;
      if (rotation != null) {
        rotation.rotate(rotated, key, row, 1, false);
        key = rotated;
      }
      storeKey(pages.keys(page, kvHead) + 4L * slot, key);
      MatrixRows.copy(
          v + offset, 0, 1, headDim, pages.values(page, kvHead) + 4L * slot * headDim, 0);
    }
  }

  private void storeKey(long slot, long key) {
    for (int d = 0; d < headDim; d++) {
      Memory.setFloat(slot + 4L * d * KvPages.PAGE_SIZE, Memory.getFloat(key + 4L * d));
    }
  }
}
