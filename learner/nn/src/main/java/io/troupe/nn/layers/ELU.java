package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;
import io.troupe.tensor.backend.ActivationOp;

/**
 * {@code x > 0 ? x : alpha * (exp(x) - 1)} (arXiv:1511.07289), as {@code torch.nn.ELU}.
 *
 * @param alpha the limit for large negative numbers is {@code -alpha}
 */
public record ELU(double alpha) implements Layer {
  /** PyTorch's alpha of 1. */
  public static ELU of() {
    return new ELU(1);
  }

  @Override
  public Tensor forward(Tensor x) {
    return Elementwise.activation(new ActivationOp.Elu(alpha, 1), x);
  }
}
