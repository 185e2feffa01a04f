package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;

/**
 * A convolution whose input channels a style scales (arXiv:1912.04958, section 2.2): {@code affine}
 * makes the scales of a latent vector. The weights are the same for all images, so the scales are
 * applied to the images, and the demodulation to the result (the last paragraph of appendix B).
 */
final class Modulation extends Module {
  private static final double EPS = 1e-8;

  private final EqualizedLinear affine;
  private final Tensor weight;
  private final Resize resize;
  private final FirFilter filter;

  /**
   * A modulated convolution.
   *
   * @param filter for a change of the size; null for none
   */
  Modulation(
      int wDim,
      int in,
      int out,
      int kernel,
      Resize resize,
      FirFilter filter,
      Initializer initializer) {
    this.affine = child("affine", EqualizedLinear.linear(wDim, in, 1, initializer));
    this.weight = parameter("weight", initializer.normal(1, out, in, kernel, kernel));
    this.resize = resize;
    this.filter = filter == null ? null : child("", filter);
  }

  /**
   * Convolves, and scales each channel of the result to the variance that it has for independent
   * inputs of variance 1 (equation 3).
   *
   * @param x (batch, in, height, width)
   * @param w latent vectors, (batch, wDim)
   */
  Dual demodulated(Dual x, Dual w) {
    Dual styles = affine.forward(w); // (batch, in)
    Tensor squares = weight.apply(UnaryOp.SQUARE).sum(3).sum(2).transpose(0, 1); // (in, out)
    return convolved(x, styles).mul(images(scales(styles, squares)));
  }

  /** The factor of each channel of the result, (batch, out). */
  private static Dual scales(Dual styles, Tensor squares) {
    Tensor variance = styles.value().apply(UnaryOp.SQUARE).matmul(squares).add(EPS);
    Tensor scale = variance.apply(UnaryOp.RSQRT);
    if (styles.tangent() == null) {
      return Dual.constant(scale);
    }
    Tensor halfChange = styles.value().mul(styles.tangent()).matmul(squares);
    return new Dual(scale, scale.mul(scale).mul(scale).mul(halfChange).neg());
  }

  /**
   * Convolves with a weight that is scaled for inputs of variance 1, without demodulation.
   *
   * @param x (batch, in, height, width)
   * @param w latent vectors, (batch, wDim)
   */
  Dual plain(Dual x, Dual w) {
    double gain = 1 / Math.sqrt((double) weight.numel() / weight.size(0));
    return convolved(x, affine.forward(w).linear(styles -> styles.mul(gain)));
  }

  private Dual convolved(Dual x, Dual styles) {
    return x.mul(images(styles)).linear(part -> resize.convolve(part, weight, filter));
  }

  /** (batch, channels) to (batch, channels, 1, 1). */
  private static Dual images(Dual channels) {
    return channels.linear(part -> part.reshape(part.size(0), part.size(1), 1, 1));
  }
}
