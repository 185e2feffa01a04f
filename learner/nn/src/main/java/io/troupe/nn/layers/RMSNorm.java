package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Normalization;

/** Root-mean-square normalization (arXiv:1910.07467), as {@code torch.nn.RMSNorm}. */
public final class RMSNorm extends Norm {
  private final Tensor weight;
  private final double eps;

  /** A norm over the innermost dimension; the weight starts as 1. */
  public RMSNorm(int features, double eps, Initializer initializer) {
    this.weight = parameter("weight", initializer.constant(1, features));
    this.eps = eps;
  }

  /** Normalizes; (..., features) to the same shape. */
  @Override
  public Tensor forward(Tensor x) {
    return Normalization.rmsNorm(x, weight, eps);
  }
}
