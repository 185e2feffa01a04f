package io.troupe.tensor;

import java.util.Arrays;

/**
 * The positions of the entries of a sparse matrix, in compressed sparse row (CSR) format.
 *
 * <p>In a graph a row is a target node, a column a source node, and an entry an edge; two nodes may
 * have several edges. Values of the entries are stored separately, in tensors of shape (entries) or
 * (entries, heads), in the order in which the entries were given. Immutable.
 */
public final class Csr {
  private final int numRows;
  private final int numColumns;
  private final int[] offsets;
  private final int[] columns;
  private final int[] positions;
  private Csr transposed;

  private Csr(int numRows, int numColumns, int[] offsets, int[] columns, int[] positions) {
    this.numRows = numRows;
    this.numColumns = numColumns;
    this.offsets = offsets;
    this.columns = columns;
    this.positions = positions;
  }

  /**
   * Sorts entries by row; those of one row keep their order.
   *
   * @param rows the row of each entry
   * @param columns the column of each entry
   * @throws IllegalArgumentException if an entry is out of range
   */
  public static Csr of(int numRows, int numColumns, int[] rows, int[] columns) {
    if (rows.length != columns.length) {
      throw new IllegalArgumentException(
          "rows and columns must have one element per entry, got "
              + rows.length
              + " and "
              + columns.length);
    }
    int[] offsets = new int[numRows + 1];
    boolean sorted = true;
    for (int i = 0; i < rows.length; i++) {
      requireInside(i, rows[i], columns[i], numRows, numColumns);
      sorted &= i == 0 || rows[i] >= rows[i - 1];
      offsets[rows[i] + 1]++;
    }
    Arrays.parallelPrefix(offsets, Integer::sum);
    if (sorted) {
      return new Csr(numRows, numColumns, offsets, columns.clone(), null);
    }
    return place(numRows, numColumns, offsets, rows, columns);
  }

  private static Csr place(int numRows, int numColumns, int[] offsets, int[] rows, int[] columns) {
    int[] next = offsets.clone();
    int[] placed = new int[rows.length];
    int[] positions = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int at = next[rows[i]]++;
      placed[at] = columns[i];
      positions[at] = i;
    }
    return new Csr(numRows, numColumns, offsets, placed, positions);
  }

  private static void requireInside(int entry, int row, int column, int numRows, int numColumns) {
    if (row < 0 || row >= numRows || column < 0 || column >= numColumns) {
      throw new IllegalArgumentException(
          "entry "
              + entry
              + " must be within "
              + numRows
              + " rows and "
              + numColumns
              + " columns, got row "
              + row
              + ", column "
              + column);
    }
  }

  /** The number of rows. */
  public int numRows() {
    return numRows;
  }

  /** The number of columns. */
  public int numColumns() {
    return numColumns;
  }

  /** The number of entries. */
  public int numEntries() {
    return columns.length;
  }

  /** The number of entries of a row. */
  public int degree(int row) {
    return offsets[row + 1] - offsets[row];
  }

  /**
   * For each row the place of its first entry, and at the end the number of entries; not to be
   * written.
   */
  public int[] offsets() {
    return offsets;
  }

  /** The column of each entry, sorted by row; not to be written. */
  public int[] columns() {
    return columns;
  }

  /**
   * For each entry, sorted by row, its number in the order in which they were given; null when the
   * two orders are the same. Not to be written.
   */
  public int[] positions() {
    return positions;
  }

  /**
   * The entries sorted by column, made at the first call. Numbers of the entries keep their order.
   */
  public synchronized Csr transposed() {
    if (transposed == null) {
      int[] next = new int[numColumns + 1];
      for (int column : columns) {
        next[column + 1]++;
      }
      Arrays.parallelPrefix(next, Integer::sum);
      int[] turned = next.clone();
      int[] rows = new int[columns.length];
      int[] numbers = new int[columns.length];
      for (int row = 0; row < numRows; row++) {
        for (int e = offsets[row]; e < offsets[row + 1]; e++) {
          int at = next[columns[e]]++;
          rows[at] = row;
          numbers[at] = positions == null ? e : positions[e];
        }
      }
      transposed = new Csr(numColumns, numRows, turned, rows, numbers);
    }
    return transposed;
  }

  /** Such as {@code 2708 x 2708 with 10556 entries}. */
  @Override
  public String toString() {
    return numRows + " x " + numColumns + " with " + numEntries() + " entries";
  }
}
