package io.troupe.deploy.bench;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.DoubleAdder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What this machine can do with the given threads, measured in the process that is timed.
 *
 * @param flopsPerSecond floating-point operations of a large fp32 matrix product
 * @param bytesPerSecond reading memory that is in no cache
 */
record MachineLimits(double flopsPerSecond, double bytesPerSecond) {
  private static final int PRODUCT = 1024;
  private static final long READ_BYTES = 256L << 20;
  private static final int READ_PARTS = 64;
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

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
      long address = memory.address();
      long partBytes = READ_BYTES / READ_PARTS;
      DoubleAdder sums = new DoubleAdder();
      Timings timings =
          Timings.of(
              3,
              7,
              () ->
                  pool.run(
                      READ_PARTS, part -> sums.add(sum(address + part * partBytes, partBytes))));
      if (sums.sum() != 0) {
        throw new IllegalStateException("memory of zeros adds up to " + sums.sum());
      }
      return READ_BYTES / timings.best();
    }
  }

  private static float sum(long address, long bytes) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int step = SPECIES.vectorByteSize();
    for (long at = address; at < address + bytes; at += 4L * step) {
      a = a.add(load(at));
      b = b.add(load(at + step));
      c = c.add(load(at + 2L * step));
      d = d.add(load(at + 3L * step));
    }
    return a.add(b).add(c.add(d)).reduceLanes(jdk.incubator.vector.VectorOperators.ADD);
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, ByteOrder.nativeOrder());
  }

  /**
   * The least time that work can take here: the longer of its arithmetic at the matrix-product rate
   * and its memory traffic at the read rate.
   */
  double floorSeconds(double multiplyAdds, double bytes) {
    return Math.max(2 * multiplyAdds / flopsPerSecond, bytes / bytesPerSecond);
  }
}
