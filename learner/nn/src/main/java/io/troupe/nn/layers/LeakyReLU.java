package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;
import io.troupe.tensor.backend.ActivationOp;

/**
 * {@code x > 0 ? x : negativeSlope * x}, as {@code torch.nn.LeakyReLU}.
 *
 * @param negativeSlope slope below 0
 */
public record LeakyReLU(double negativeSlope) implements Layer {
  /** PyTorch's slope of 0.01. */
  public static LeakyReLU of() {
    return new LeakyReLU(0.01);
  }

  @Override
  public Tensor forward(Tensor x) {
    return Elementwise.activation(new ActivationOp.LeakyRelu(negativeSlope), x);
  }
}
