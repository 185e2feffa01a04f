package io.troupe.protocols.graph;

/**
 * A matrix of numbers of which only those that are not 0 are stored. The arrays are not copied.
 *
 * @param numRows rows
 * @param numColumns columns
 * @param rows of each number
 * @param columns of each number
 * @param values the numbers
 */
public record SparseRows(int numRows, int numColumns, int[] rows, int[] columns, float[] values) {
  /** Checks that every number has its place. */
  public SparseRows {
    if (rows.length != values.length || columns.length != values.length) {
      throw new IllegalArgumentException(
          values.length
              + " numbers with "
              + rows.length
              + " rows and "
              + columns.length
              + " columns: every number has one of each");
    }
    for (int i = 0; i < values.length; i++) {
      if (rows[i] < 0 || rows[i] >= numRows || columns[i] < 0 || columns[i] >= numColumns) {
        throw new IllegalArgumentException(
            "feature "
                + columns[i]
                + " of node "
                + rows[i]
                + " is outside of "
                + numRows
                + " nodes with "
                + numColumns
                + " features");
      }
    }
  }

  /**
   * Each row divided by its sum, as {@code torch_geometric.transforms.NormalizeFeatures} does where
   * nothing is negative; a sum below 1 counts as 1.
   */
  public SparseRows normalized() {
    float[] sums = new float[numRows];
    for (int i = 0; i < values.length; i++) {
      sums[rows[i]] += values[i];
    }
    float[] shares = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      shares[i] = values[i] / Math.max(1, sums[rows[i]]);
    }
    return new SparseRows(numRows, numColumns, rows, columns, shares);
  }
}
