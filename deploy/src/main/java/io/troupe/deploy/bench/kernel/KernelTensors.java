package io.troupe.deploy.bench.kernel;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.random.Philox;

/** Operands of kernels. */
final class KernelTensors {
  private KernelTensors() {}

  /** Normally distributed numbers, in the current scope. */
  static Tensor normal(long seed, int... sizes) {
    Tensor tensor = Tensor.empty(DType.FLOAT32, Shape.of(sizes));
    Backend.of(tensor).random().normal(tensor, Philox.of(seed));
    return tensor;
  }
}
