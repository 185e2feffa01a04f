package io.troupe.nn.attention;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;

/**
 * A bias of the scores that depends only on the offset between two places of a grid, with one table
 * of offsets per head (arXiv:2103.14030, section 3.2). With a class token before the grid there are
 * three more rows: from the token, to it, and to itself, as in BEiT (arXiv:2106.08254).
 */
public final class RelativeBias {
  private final Tensor table;
  private final Tensor index;
  private final int length;

  /**
   * A bias.
   *
   * @param table (offsets of {@link #index}, heads), a parameter of the caller
   * @param index of {@link #index}, INT32, in the scope of the table
   */
  public RelativeBias(Tensor table, Tensor index) {
    this.table = table;
    this.index = index;
    this.length = (int) Math.round(Math.sqrt(index.numel()));
  }

  /** The number of rows of the table. */
  public static int numOffsets(int height, int width, boolean hasClassToken) {
    return (2 * height - 1) * (2 * width - 1) + (hasClassToken ? 3 : 0);
  }

  /**
   * The row of the table for each pair of query and key.
   *
   * @return (length * length), where length counts the places of the grid and the class token
   */
  public static int[] index(int height, int width, boolean hasClassToken) {
    int first = hasClassToken ? 1 : 0;
    int length = height * width + first;
    int last = numOffsets(height, width, hasClassToken) - 1;
    int[] index = new int[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = 0; key < length; key++) {
        int row;
        if (query < first) {
          row = key < first ? last : last - 2;
        } else if (key < first) {
          row = last - 1;
        } else {
          int down = (query - first) / width - (key - first) / width + height - 1;
          int right = (query - first) % width - (key - first) % width + width - 1;
          row = down * (2 * width - 1) + right;
        }
        index[query * length + key] = row;
      }
    }
    return index;
  }

  /** The bias, (1, heads, length, length). */
  public Tensor forward() {
    return Indexing.embedding(table, index)
        .reshape(length, length, table.size(1))
        .permute(2, 0, 1)
        .reshape(1, table.size(1), length, length);
  }
}
