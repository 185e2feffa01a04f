package io.troupe.deploy.bench.kernel;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.random.Philox;

/** Operands of kernels. */
final class KernelTensors {
  private KernelTensors() {}

  /** Normally distributed numbers, in the current scope. */
  static Tensor normal(long seed, int... sizes) {
    return RandomOps.normal(DType.FLOAT32, Shape.of(sizes), Philox.of(seed));
  }
}
