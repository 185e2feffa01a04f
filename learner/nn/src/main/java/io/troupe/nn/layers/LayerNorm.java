package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Normalization;

/** Layer normalization (arXiv:1607.06450), as {@code torch.nn.LayerNorm}. */
public final class LayerNorm extends Module implements Layer {
  private final Tensor weight;
  private final Tensor bias;
  private final double eps;

  /** A norm over the innermost dimension; the weight starts as 1, the bias as 0. */
  public LayerNorm(int features, double eps, Initializer initializer) {
    this.weight = parameter("weight", initializer.constant(1, features));
    this.bias = parameter("bias", initializer.constant(0, features));
    this.eps = eps;
  }

  /** Normalizes; (..., features) to the same shape. */
  @Override
  public Tensor forward(Tensor x) {
    return Normalization.layerNorm(x, weight, bias, eps);
  }
}
