package io.troupe.deploy.bench.result;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.cpu.MemoryScan;
import io.troupe.tensor.cpu.threads.ComputePool;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rates of this machine, measured in the process of the benchmark. Every rate is the best of
 * several repetitions.
 *
 * @param flopsPerSecond multiply-adds in registers on all threads, two operations each
 * @param flopsPerSecondOfOneThread the same on one thread
 * @param productFlopsPerSecond a large fp32 matrix product on all threads
 * @param bytesPerSecond sequential reads from main memory on all threads
 * @param bytesPerSecondOfOneThread the same on one thread
 */
public record MachineLimits(
    double flopsPerSecond,
    double flopsPerSecondOfOneThread,
    double productFlopsPerSecond,
    double bytesPerSecond,
    double bytesPerSecondOfOneThread) {
  private static final int PRODUCT = 1024;

  /** More than fits in the caches near a core. */
  private static final long READ_BYTES = 256L << 20;

  /** Measures the rates in about a second. */
  public static MachineLimits measure(Engine engine) throws Exception {
    CpuBackend backend = (CpuBackend) engine.device();
    try (ComputePool alone = new ComputePool(1)) {
      double oneThread = new ReferenceLoop(alone).measure().bestRate();
      return new MachineLimits(
          new ReferenceLoop(backend.pool()).measure().bestRate(),
          oneThread,
          productRate(engine, backend),
          readRate(engine, backend.pool(), READ_BYTES),
          readRate(engine, alone, READ_BYTES));
    }
  }

  private static double productRate(Engine engine, CpuBackend backend) throws Exception {
    try (Scope _ = engine.open("matrix product rate")) {
      Tensor a = Tensor.full(DType.FLOAT32, Shape.of(PRODUCT, PRODUCT), 0.5);
      Tensor out = Tensor.empty(DType.FLOAT32, a.shape());
      Timings timings =
          Timings.of(10, 15, () -> backend.products().matmul(out, a, false, a, false, false));
      return 2.0 * PRODUCT * PRODUCT * PRODUCT / timings.best();
    }
  }

  /**
   * Bytes per second in repeated sequential reads of a buffer.
   *
   * @param bytes size of the buffer, which decides in which cache it stays
   */
  public static double readRate(Engine engine, ComputePool pool, long bytes) throws Exception {
    long size = Math.ceilDiv(bytes, MemoryScan.GRANULE_BYTES) * MemoryScan.GRANULE_BYTES;
    try (Scope _ = engine.open("memory read rate")) {
      Tensor memory = Tensor.zeros(DType.FLOAT32, Shape.of((int) (size / Float.BYTES)));
      double[] sum = new double[1];
      Timings timings = Timings.of(3, 7, () -> sum[0] += MemoryScan.sum(memory, pool));
      if (sum[0] != 0) {
        throw new IllegalStateException("the sum of zeros must be 0, got " + sum[0]);
      }
      return size / timings.best();
    }
  }

  /**
   * These limits for a workload that reads the same bytes again and again, which may stay in the
   * last cache.
   *
   * @param bytes size of what is read
   */
  public MachineLimits forReadsOf(Engine engine, long bytes) throws Exception {
    ComputePool pool = ((CpuBackend) engine.device()).pool();
    return new MachineLimits(
        flopsPerSecond,
        flopsPerSecondOfOneThread,
        productFlopsPerSecond,
        readRate(engine, pool, Math.min(bytes, READ_BYTES)),
        bytesPerSecondOfOneThread);
  }

  /**
   * The minimum time of a workload: the maximum of its multiply-adds at the register rate and its
   * memory traffic at the read rate.
   */
  public double floorSeconds(double multiplyAdds, double bytes) {
    return Math.max(2 * multiplyAdds / flopsPerSecond, bytes / bytesPerSecond);
  }

  /** The rates by name, in GFLOP/s and GB/s. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("register_gflop_s", flopsPerSecond * 1e-9);
    map.put("register_gflop_s_one_thread", flopsPerSecondOfOneThread * 1e-9);
    map.put("product_gflop_s", productFlopsPerSecond * 1e-9);
    map.put("read_gb_s", bytesPerSecond * 1e-9);
    map.put("read_gb_s_one_thread", bytesPerSecondOfOneThread * 1e-9);
    return map;
  }
}
