package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;
import io.troupe.tensor.backend.ActivationOp;

/**
 * {@code log(1 + exp(beta * x)) / beta}, a smooth ReLU, as {@code torch.nn.Softplus}.
 *
 * @param beta sharpness of the transition, above 0
 * @param threshold above this value of {@code beta * x}, the result is {@code x}
 */
public record Softplus(double beta, double threshold) implements Layer {
  /** Checks beta. */
  public Softplus {
    if (!(beta > 0)) {
      throw new IllegalArgumentException("beta of softplus must be above 0, got " + beta);
    }
  }

  /** PyTorch's beta of 1 and threshold of 20. */
  public static Softplus of() {
    return new Softplus(1, 20);
  }

  @Override
  public Tensor forward(Tensor x) {
    return Elementwise.activation(new ActivationOp.Softplus(beta, threshold), x);
  }
}
