package io.troupe.nn.schedulers;

import io.troupe.tensor.Tensor;

/** Weighted sums of tensors. */
final class Combination {
  private Combination() {}

  /** {@code a x + b y}. */
  static Tensor of(double a, Tensor x, double b, Tensor y) {
    return x.mul(a).add(y.mul(b));
  }

  /** {@code a x + b y + c z}. */
  static Tensor of(double a, Tensor x, double b, Tensor y, double c, Tensor z) {
    return of(a, x, b, y).add(z.mul(c));
  }
}
