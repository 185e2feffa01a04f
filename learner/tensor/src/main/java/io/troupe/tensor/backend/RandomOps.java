package io.troupe.tensor.backend;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/** Random tensors: element i depends on the generator's key and i alone. */
public interface RandomOps {
  /** A tensor of normal numbers with mean 0 and standard deviation 1, in the current scope. */
  static Tensor normal(DType dtype, Shape shape, Philox generator) {
    Tensor numbers = Tensor.empty(dtype, shape);
    Backend.of(numbers).random().normal(numbers, generator);
    return numbers;
  }

  /** Uniform numbers in [0, 1). */
  void uniform(Tensor out, Philox generator);

  /** Normal numbers with mean 0 and standard deviation 1 (Box-Muller). */
  void normal(Tensor out, Philox generator);

  /**
   * Dropout: each element is 0 with probability {@code p}, or scaled by 1 / (1 - p). The same
   * generator drops the same elements, so the gradient is the same call on the gradient.
   */
  void dropout(Tensor out, Tensor a, double p, Philox generator);
}
