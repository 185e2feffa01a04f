package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.PoolSpans;
import io.troupe.tensor.backend.PoolingOps;
import io.troupe.tensor.backend.Resampling;
import io.troupe.tensor.backend.Writes;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pooling and resampling: indices in Java, sums as matrix products. */
final class Nd4jPooling implements PoolingOps {

  @Override
  public void maxPool2d(Tensor out, Tensor indices, Tensor x, PoolSpans rows, PoolSpans columns) {
    Writes.to(out, indices);
    double[] elements = x.toDoubles();
    int width = x.size(-1);
    int plane = x.size(-2) * width;
    double[] largest = new double[Math.toIntExact(out.numel())];
    int[] places = new int[largest.length];
    for (int i = 0; i < largest.length; i++) {
      int o = i % (rows.size() * columns.size());
      int start = i / (rows.size() * columns.size()) * plane;
      places[i] = place(elements, start, width, o, rows, columns);
      largest[i] = elements[start + places[i]];
    }
    write(out, Nd4j.createFromArray(largest));
    Operands.flat(indices).assign(Nd4j.createFromArray(places));
  }

  private static int place(
      double[] elements, int start, int width, int o, PoolSpans rows, PoolSpans columns) {
    int i = o / columns.size();
    int j = o % columns.size();
    int best = rows.from()[i] * width + columns.from()[j];
    for (int r = rows.from()[i]; r < rows.to()[i]; r += rows.step()) {
      for (int c = columns.from()[j]; c < columns.to()[j]; c += columns.step()) {
        double value = elements[start + r * width + c];
        if (value > elements[start + best] || Double.isNaN(value)) {
          best = r * width + c;
        }
      }
    }
    return best;
  }

  @Override
  public void maxPool2dGrad(Tensor dx, Tensor dOut, Tensor indices) {
    Writes.to(dx);
    int plane = dx.size(-2) * dx.size(-1);
    int outPlane = dOut.size(-2) * dOut.size(-1);
    double[] gradient = dOut.toDoubles();
    int[] places = indices.toInts();
    INDArray sums = Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.DOUBLE, dx.numel());
    for (int i = 0; i < places.length; i++) {
      long at = (long) i / outPlane * plane + places[i];
      sums.putScalar(at, sums.getDouble(at) + gradient[i]);
    }
    write(dx, sums);
  }

  @Override
  public void resample2d(Tensor out, Tensor x, Resampling rows, Resampling columns) {
    Writes.to(out);
    INDArray planes = read(x).reshape(x.numel() / x.size(-1), x.size(-1));
    INDArray across = planes.mmul(matrix(columns, x.size(-1)).transpose()).dup('c');
    INDArray down = matrix(rows, x.size(-2));
    long each = (long) x.size(-2) * columns.size();
    long size = (long) rows.size() * columns.size();
    INDArray result = read(out);
    INDArray flat = across.reshape(across.length());
    for (long p = 0; p < x.numel() / x.size(-1) / x.size(-2); p++) {
      INDArray plane = Operands.slab(flat, p * each, each).reshape(x.size(-2), columns.size());
      Operands.slab(result, p * size, size).assign(down.mmul(plane).dup('c').reshape(size));
    }
    write(out, result);
  }

  private static INDArray matrix(Resampling axis, int in) {
    double[][] matrix = new double[axis.size()][in];
    for (int o = 0; o < axis.size(); o++) {
      double[] weights = axis.weights()[o];
      System.arraycopy(weights, 0, matrix[o], axis.from()[o], weights.length);
    }
    return Nd4j.createFromArray(matrix);
  }
}
