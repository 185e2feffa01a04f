package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.MatrixProducts;

/**
 * A linear layer whose weight is scaled when it is used, so that all layers learn equally fast
 * (arXiv:1710.10196, section 4.1).
 */
final class EqualizedLinear extends Module {
  private final Tensor weight;
  private final Tensor bias;
  private final double gain;
  private final double rate;
  private final ScaledLeakyReLU activation;

  private EqualizedLinear(Tensor weight, Tensor bias, double rate, ScaledLeakyReLU activation) {
    this.weight = parameter("weight", weight);
    this.bias = parameter("bias", bias);
    this.gain = rate / Math.sqrt(weight.size(1));
    this.rate = rate;
    this.activation = activation;
  }

  /** A layer without activation; the bias starts with a value. */
  static EqualizedLinear linear(int in, int out, double bias, Initializer initializer) {
    return new EqualizedLinear(
        initializer.normal(1, out, in),
        initializer.constant(bias, out),
        1,
        ScaledLeakyReLU.linear(1, 0));
  }

  /**
   * A layer with an activation.
   *
   * @param rate factor of the learning rate
   */
  static EqualizedLinear active(int in, int out, double rate, Initializer initializer) {
    return new EqualizedLinear(
        initializer.normal(1 / rate, out, in),
        initializer.constant(0, out),
        rate,
        ScaledLeakyReLU.active(1, 0));
  }

  /** (batch, in) to (batch, out). */
  Dual forward(Dual x) {
    Tensor scaled = weight.mul(gain);
    Dual product = x.linear(part -> MatrixProducts.linear(part, scaled, null));
    return activation.forward(product.add(rate == 1 ? bias : bias.mul(rate)));
  }
}
