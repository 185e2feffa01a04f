package io.troupe.deploy.bench;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.MemoryScan;
import io.troupe.tensor.cpu.threads.ComputePool;

/**
 * Rates of this machine with the given threads, measured in the process of the benchmark.
 *
 * @param flopsPerSecond floating-point operations per second in a large fp32 matrix product
 * @param bytesPerSecond bytes per second in sequential reads from main memory
 */
record MachineLimits(double flopsPerSecond, double bytesPerSecond) {
  private static final int PRODUCT = 1024;
  private static final long READ_BYTES = 256L << 20;

  static MachineLimits measure(Engine engine, int threads) throws Exception {
    return new MachineLimits(productRate(engine), readRate(engine, threads));
  }

  private static double productRate(Engine engine) throws Exception {
    try (Scope _ = engine.open("matrix product rate")) {
      Tensor a = Tensor.full(DType.FLOAT32, Shape.of(PRODUCT, PRODUCT), 0.5);
      Tensor out = Tensor.empty(DType.FLOAT32, a.shape());
      Timings timings =
          Timings.of(
              10, 15, () -> Backend.of(engine).products().matmul(out, a, false, a, false, false));
      return 2.0 * PRODUCT * PRODUCT * PRODUCT / timings.best();
    }
  }

  private static double readRate(Engine engine, int threads) throws Exception {
    try (Scope _ = engine.open("memory read rate");
        ComputePool pool = new ComputePool(threads)) {
      Tensor memory = Tensor.zeros(DType.FLOAT32, Shape.of((int) (READ_BYTES / 4)));
      double[] sum = new double[1];
      Timings timings = Timings.of(3, 7, () -> sum[0] += MemoryScan.sum(memory, pool));
      if (sum[0] != 0) {
        throw new IllegalStateException("the sum of zeros must be 0, got " + sum[0]);
      }
      return READ_BYTES / timings.best();
    }
  }

  /**
   * The minimum time of a workload: the maximum of its arithmetic at the matrix-product rate and
   * its memory traffic at the read rate.
   */
  double floorSeconds(double multiplyAdds, double bytes) {
    return Math.max(2 * multiplyAdds / flopsPerSecond, bytes / bytesPerSecond);
  }
}
