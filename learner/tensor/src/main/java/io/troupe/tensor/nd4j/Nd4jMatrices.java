package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.slab;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.MatrixOps;
import io.troupe.tensor.backend.Writes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products, row by row: the summation order of ND4J's product of many rows depends on their
 * number, and a row's result must not.
 */
final class Nd4jMatrices implements MatrixOps {

  @Override
  public void matmul(
      Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean accumulate) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    if (a.numel() == 0) {
      if (!accumulate) {
        Operands.flat(out).assign(0);
      }
      return;
    }
    long m = out.size(-2);
    long n = out.size(-1);
    long k = a.size(transposeA ? -2 : -1);
    long batch = out.numel() / (m * n);
    INDArray left = read(a).reshape(a.numel() / (m * k), m * k);
    INDArray right = read(b).reshape(b.numel() / (k * n), k * n);
    INDArray products = Nd4j.create(DataType.DOUBLE, batch, m * n);
    for (long i = 0; i < batch; i++) {
      INDArray x = matrix(slab(left, i, 1), transposeA, m, k);
      INDArray y = matrix(slab(right, right.size(0) == 1 ? 0 : i, 1), transposeB, k, n);
      slab(products, i, 1).assign(product(x, y).reshape(1, m * n));
    }
    write(out, accumulate ? read(out).addi(products.reshape(out.numel())) : products);
  }

  @Override
  public void addMatmul(Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    matmul(out, a, transposeA, b, transposeB, true);
  }

  /** A (rows, columns) matrix of a slab, optionally transposed. */
  private static INDArray matrix(INDArray slab, boolean transpose, long rows, long columns) {
    return transpose
        ? Operands.transposed(slab.reshape(columns, rows))
        : slab.reshape(rows, columns);
  }

  @Override
  public void linear(Tensor out, Tensor x, Tensor weight, Tensor bias) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    long rows = x.size(0);
    long inFeatures = x.size(1);
    long outFeatures = weight.size(0);
    INDArray result =
        inFeatures == 0
            ? Nd4j.zeros(DataType.DOUBLE, rows, outFeatures)
            : product(
                read(x).reshape(rows, inFeatures),
                Operands.transposed(read(weight).reshape(outFeatures, inFeatures)));
    write(out, bias == null ? result : result.addi(Operands.asRows(read(bias), rows)));
  }

  /** The product of two row-major FLOAT64 matrices. */
  static INDArray product(INDArray a, INDArray b) {
    INDArray out = Nd4j.create(DataType.DOUBLE, a.size(0), b.size(1));
    for (long row = 0; row < a.size(0); row++) {
      slab(out, row, 1).assign(slab(a, row, 1).mmul(b));
    }
    return out;
  }
}
