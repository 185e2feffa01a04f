package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Normalization;

/** Gemma's root-mean-square normalization, whose scale is {@code 1 + weight}. */
public final class OffsetRMSNorm extends Norm {
  private final Tensor weight;
  private final double eps;

  /** A norm over the innermost dimension; the weight starts as 0. */
  public OffsetRMSNorm(int features, double eps, Initializer initializer) {
    this.weight = parameter("weight", initializer.constant(0, features));
    this.eps = eps;
  }

  /** Normalizes; (..., features) to the same shape. */
  @Override
  public Tensor forward(Tensor x) {
    return Normalization.rmsNorm(x, weight.add(1), eps);
  }
}
