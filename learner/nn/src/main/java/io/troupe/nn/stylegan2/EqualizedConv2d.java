package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;

/**
 * A convolution whose weight is scaled when it is used (arXiv:1710.10196, section 4.1), as the
 * discriminator has them.
 */
final class EqualizedConv2d extends Module {
  private final Tensor weight;
  private final Tensor bias;
  private final FirFilter filter;
  private final Resize resize;
  private final double gain;
  private final double clamp;

  private EqualizedConv2d(
      int in,
      int out,
      int kernel,
      boolean hasBias,
      Resize resize,
      double clamp,
      Initializer initializer) {
    this.weight = parameter("weight", initializer.normal(1, out, in, kernel, kernel));
    this.bias = hasBias ? parameter("bias", initializer.constant(0, out)) : null;
    this.filter = child("", new FirFilter(initializer));
    this.resize = resize;
    this.gain = 1 / Math.sqrt((double) in * kernel * kernel);
    this.clamp = clamp;
  }

  /**
   * A convolution with an activation.
   *
   * @param clamp largest magnitude of the result; 0 for no limit
   */
  static EqualizedConv2d active(
      int in, int out, int kernel, Resize resize, double clamp, Initializer initializer) {
    return new EqualizedConv2d(in, out, kernel, true, resize, clamp, initializer);
  }

  /** A convolution of 1 x 1 beside others: without bias or activation. */
  static EqualizedConv2d skip(int in, int out, Resize resize, Initializer initializer) {
    return new EqualizedConv2d(in, out, 1, false, resize, 0, initializer);
  }

  Dual forward(Dual x) {
    return forward(x, 1);
  }

  /** The result times a gain. */
  Dual forward(Dual x, double outputGain) {
    Tensor scaled = weight.mul(gain);
    Dual product = x.linear(part -> resize.convolve(part, scaled, filter));
    if (bias == null) {
      return ScaledLeakyReLU.linear(outputGain, clamp).forward(product);
    }
    return ScaledLeakyReLU.active(outputGain, clamp)
        .forward(product.add(bias.reshape(1, -1, 1, 1)));
  }
}
