package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Convolution;

/** Convolution over images, as {@code torch.nn.Conv2d} with zeros as padding. */
public final class Conv2d extends Module implements Layer {
  private final Tensor weight;
  private final Tensor bias;
  private final ConvOptions options;

  private Conv2d(Tensor weight, Tensor bias, ConvOptions options) {
    this.weight = parameter("weight", weight);
    this.bias = bias == null ? null : parameter("bias", bias);
    this.options = options;
  }

  /** A convolution with a square kernel and PyTorch's defaults. */
  public static Conv2d of(
      int inChannels, int outChannels, int kernelSize, Initializer initializer) {
    return of(inChannels, outChannels, ConvOptions.kernelSize(kernelSize), initializer);
  }

  /**
   * PyTorch's initial values: weight and bias uniform within 1 / sqrt(inChannels / groups * kernel
   * elements).
   */
  public static Conv2d of(
      int inChannels, int outChannels, ConvOptions options, Initializer initializer) {
    int in = options.perGroup("inChannels", inChannels);
    options.perGroup("outChannels", outChannels);
    double bound = 1 / Math.sqrt((double) in * options.kernelElements());
    Tensor weight = initializer.uniform(bound, sizes(outChannels, in, options));
    return new Conv2d(
        weight, options.bias() ? initializer.uniform(bound, outChannels) : null, options);
  }

  /**
   * The initial values of torchvision's ResNet: normal with variance 2 / (outChannels * kernel
   * elements) (arXiv:1502.01852), a bias of 0.
   */
  public static Conv2d kaimingNormal(
      int inChannels, int outChannels, ConvOptions options, Initializer initializer) {
    double deviation = Math.sqrt(2.0 / ((double) outChannels * options.kernelElements()));
    return normal(inChannels, outChannels, options, deviation, initializer);
  }

  /** A normal weight, a bias of 0. */
  public static Conv2d normal(
      int inChannels,
      int outChannels,
      ConvOptions options,
      double standardDeviation,
      Initializer initializer) {
    int in = options.perGroup("inChannels", inChannels);
    options.perGroup("outChannels", outChannels);
    Tensor weight = initializer.normal(standardDeviation, sizes(outChannels, in, options));
    return new Conv2d(
        weight, options.bias() ? initializer.constant(0, outChannels) : null, options);
  }

  private static int[] sizes(int outChannels, int inOfGroup, ConvOptions options) {
    return new int[] {
      outChannels, inOfGroup, options.window().height().kernel(), options.window().width().kernel()
    };
  }

  /**
   * Applies the layer.
   *
   * @param x (batch, inChannels, height, width)
   * @return (batch, outChannels, outHeight, outWidth)
   */
  @Override
  public Tensor forward(Tensor x) {
    return Convolution.conv2d(x, weight, bias, options.window(), options.groups());
  }

  /** (outChannels, inChannels / groups, kernelHeight, kernelWidth). */
  public Tensor weight() {
    return weight;
  }

  /** (outChannels), or null. */
  public Tensor bias() {
    return bias;
  }
}
