package io.troupe.tensor.sparse;

import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;
import io.troupe.tensor.memory.Memory;
import java.util.Arrays;

/**
 * A sparse matrix: the positions and values of its entries. Entries at the same position are
 * summed.
 *
 * @param pattern the positions
 * @param values (entries), in the order in which the entries of the pattern were given
 */
public record SparseMatrix(Csr pattern, Tensor values) {
  /** Checks that each entry has a value. */
  public SparseMatrix {
    if (!values.dtype().isComputed()
        || values.rank() != 1
        || values.size(0) != pattern.numEntries()) {
      throw new ShapeException(
          "values of "
              + pattern
              + " must be FLOAT32 or FLOAT64 (entries), got "
              + values.dtype()
              + " "
              + values.shape());
    }
  }

  /** The number of rows. */
  public int numRows() {
    return pattern.numRows();
  }

  /** The number of columns. */
  public int numColumns() {
    return pattern.numColumns();
  }

  /**
   * Computes the product with a dense matrix, with gradients for both.
   *
   * @param dense (columns, n)
   * @return (rows, n)
   */
  public Tensor matmul(Tensor dense) {
    return Aggregation.sum(pattern, dense, values);
  }

  /** Returns the rows with these indices, in this order; copies the values, without gradients. */
  public SparseMatrix rows(int... rows) {
    int numEntries = Arrays.stream(rows).map(pattern::degree).sum();
    int[] ofRow = new int[numEntries];
    int[] columns = new int[numEntries];
    Tensor picked = Tensor.empty(values.dtype(), Shape.of(numEntries));
    int size = values.dtype().sizeBytes();
    int next = 0;
    for (int i = 0; i < rows.length; i++) {
      int first = pattern.offsets()[rows[i]];
      for (int e = first; e < first + pattern.degree(rows[i]); e++) {
        ofRow[next] = i;
        columns[next] = pattern.columns()[e];
        long from = pattern.positions() == null ? e : pattern.positions()[e];
        Memory.copy(picked.address() + (long) size * next, values.address() + size * from, size);
        next++;
      }
    }
    return new SparseMatrix(Csr.of(rows.length, numColumns(), ofRow, columns), picked);
  }

  /** Returns a dense copy, (rows, columns), without gradients. */
  public Tensor toDense() {
    Tensor dense = Tensor.zeros(values.dtype(), Shape.of(numRows(), numColumns()));
    for (int r = 0; r < numRows(); r++) {
      for (int e = pattern.offsets()[r]; e < pattern.offsets()[r + 1]; e++) {
        long from = pattern.positions() == null ? e : pattern.positions()[e];
        long at = (long) r * numColumns() + pattern.columns()[e];
        if (values.dtype() == DType.FLOAT32) {
          long to = dense.address() + 4 * at;
          Memory.setFloat(to, Memory.getFloat(to) + Memory.getFloat(values.address() + 4 * from));
        } else {
          long to = dense.address() + 8 * at;
          Memory.setDouble(
              to, Memory.getDouble(to) + Memory.getDouble(values.address() + 8 * from));
        }
      }
    }
    return dense;
  }
}
