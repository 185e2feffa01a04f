package io.troupe.tensor.nd4j;

import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads operands as FLOAT64 arrays and writes results back.
 *
 * <p>Every operation computes in FLOAT64 on copies and rounds once, when it writes: a FLOAT32
 * result has one rounding, and an output may be one of the operands. Arrays are row-major and
 * contiguous throughout; views by ND4J's own indexing are avoided, since release 1.0.0-M2.1 reads
 * some of them wrongly (a column of a matrix, for one).
 */
final class Operands {
  private Operands() {}

  /** The elements of a tensor in FLOAT64, as one row; a copy. There must be some. */
  static INDArray read(Tensor tensor) {
    INDArray shared = flat(tensor);
    return shared.dataType() == DataType.DOUBLE ? shared.dup('c') : shared.castTo(DataType.DOUBLE);
  }

  /** The elements of a tensor in FLOAT64, folded to rows of the innermost dimension; a copy. */
  static INDArray readRows(Tensor tensor) {
    long rows = tensor.shape().rows();
    return read(tensor).reshape(rows, tensor.numel() / rows);
  }

  /** The elements of a tensor, broadcast to a shape, as one row; a copy. */
  static INDArray read(Tensor tensor, Shape shape) {
    INDArray elements = read(tensor);
    return tensor.shape().equals(shape) ? elements : broadcast(elements, tensor.shape(), shape);
  }

  /** Overwrites a tensor with as many elements in row-major order, rounding to its type. */
  static void write(Tensor out, INDArray elements) {
    flat(out).assign(elements.reshape(out.numel()));
  }

  /** A tensor's own memory as one row. */
  static INDArray flat(Tensor tensor) {
    return NdArrays.of(tensor, Shape.of(Math.toIntExact(tensor.numel())));
  }

  private static INDArray broadcast(INDArray elements, Shape from, Shape to) {
    int rank = Math.max(1, to.rank());
    long[] sizes = new long[rank];
    long[] strides = new long[rank];
    long stride = 1;
    for (int i = 1; i <= rank; i++) {
      int own = i <= from.rank() ? from.size(-i) : 1;
      sizes[rank - i] = i <= to.rank() ? to.size(-i) : 1;
      strides[rank - i] = own == 1 ? 0 : stride;
      stride *= own;
    }
    return stretch(elements, sizes, strides).reshape(to.numel());
  }

  /** A vector (columns) as every row of a matrix. */
  static INDArray asRows(INDArray vector, long rows) {
    return stretch(vector, new long[] {rows, vector.length()}, new long[] {0, 1});
  }

  /** A vector (rows) as every column of a matrix. */
  static INDArray asColumns(INDArray vector, long columns) {
    return stretch(vector, new long[] {vector.length(), columns}, new long[] {1, 0});
  }

  /** Copies elements into a new shape; a stride of 0 repeats them. */
  private static INDArray stretch(INDArray elements, long[] sizes, long[] strides) {
    return Nd4j.create(elements.data(), sizes, strides, elements.offset(), 'c').dup('c');
  }

  /** The part {@code [from, from + count)} of the first dimension; shares the memory. */
  static INDArray slab(INDArray a, long from, long count) {
    long[] sizes = a.shape().clone();
    long[] strides = NdArrays.rowMajor(sizes);
    sizes[0] = count;
    return Nd4j.create(a.data(), sizes, strides, a.offset() + from * strides[0], 'c');
  }

  /** A matrix with rows and columns exchanged; a copy. */
  static INDArray transposed(INDArray matrix) {
    return matrix.permute(1, 0).dup('c');
  }
}
