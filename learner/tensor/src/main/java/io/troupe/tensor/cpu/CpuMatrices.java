package io.troupe.tensor.cpu;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.MatrixOps;
import java.util.Objects;

/** Matrix products on the CPU. */
final class CpuMatrices implements MatrixOps {
  private final ComputePool pool;

  CpuMatrices(ComputePool pool) {
    this.pool = Objects.requireNonNull(pool);
  }

  @Override
  public void matmul(
      Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean accumulate) {
    int m = out.size(-2);
    int n = out.size(-1);
    int k = a.size(transposeA ? -2 : -1);
    int batch = Math.toIntExact(out.shape().product(0, out.rank() - 2));
    boolean shared = b.rank() == 2;
    long size = out.dtype().sizeBytes();
    pool.run(
        batch,
        i ->
            multiply(
                out.dtype(),
                out.address() + i * size * m * n,
                m,
                n,
                k,
                a.address() + i * size * m * k,
                transposeA,
                b.address() + (shared ? 0 : i * size * k * n),
                transposeB,
                accumulate));
  }

  @Override
  public void linear(Tensor out, Tensor x, Tensor weight, Tensor bias) {
    matmul(out, x, false, weight, true, false);
    if (bias != null) {
      int m = out.size(0);
      int n = out.size(1);
      switch (out.dtype()) {
        case FLOAT64 -> PlainProducts.addBias(out.address(), m, n, bias.address());
        default -> PlainProducts.addBiasFloats(out.address(), m, n, bias.address());
      }
    }
  }

  private static void multiply(
      DType dtype,
      long out,
      int m,
      int n,
      int k,
      long a,
      boolean transposeA,
      long b,
      boolean transposeB,
      boolean accumulate) {
    long aRow = transposeA ? 1 : k;
    long aColumn = transposeA ? m : 1;
    long bRow = transposeB ? 1 : n;
    long bColumn = transposeB ? k : 1;
    switch (dtype) {
      case FLOAT64 ->
          PlainProducts.multiply(out, m, n, k, a, aRow, aColumn, b, bRow, bColumn, accumulate);
      default ->
          PlainProducts.multiplyFloats(
              out, m, n, k, a, aRow, aColumn, b, bRow, bColumn, accumulate);
    }
  }
}
