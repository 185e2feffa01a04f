package io.troupe.protocols.graph;

/**
 * A sparse matrix in coordinate format (COO). The arrays are not copied.
 *
 * @param numRows number of rows
 * @param numColumns number of columns
 * @param rows row index of each entry
 * @param columns column index of each entry
 * @param values value of each entry
 */
public record SparseRows(int numRows, int numColumns, int[] rows, int[] columns, float[] values) {
  /** Checks that every entry lies inside the matrix. */
  public SparseRows {
    if (rows.length != values.length || columns.length != values.length) {
      throw new IllegalArgumentException(
          "each of the %d entries must have a row and a column, got %d rows and %d columns"
              .formatted(values.length, rows.length, columns.length));
    }
    for (int i = 0; i < values.length; i++) {
      if (rows[i] < 0 || rows[i] >= numRows || columns[i] < 0 || columns[i] >= numColumns) {
        throw new IllegalArgumentException(
            "entry %d must be inside the %d x %d matrix, got row %d, column %d"
                .formatted(i, numRows, numColumns, rows[i], columns[i]));
      }
    }
  }

  /**
   * Divides each row by its sum, as {@code torch_geometric.transforms.NormalizeFeatures} does for
   * values that are not negative. A sum below 1 counts as 1.
   */
  public SparseRows normalized() {
    float[] sums = new float[numRows];
    for (int i = 0; i < values.length; i++) {
      sums[rows[i]] += values[i];
    }
    float[] fractions = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      fractions[i] = values[i] / Math.max(1, sums[rows[i]]);
    }
    return new SparseRows(numRows, numColumns, rows, columns, fractions);
  }
}
