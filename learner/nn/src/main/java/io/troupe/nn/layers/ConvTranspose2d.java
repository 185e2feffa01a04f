package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Convolution;

/** Transposed convolution over images, as {@code torch.nn.ConvTranspose2d}. */
public final class ConvTranspose2d extends Module implements Layer {
  private final Tensor weight;
  private final Tensor bias;
  private final ConvOptions options;
  private final int outputPaddingHeight;
  private final int outputPaddingWidth;

  private ConvTranspose2d(
      Tensor weight,
      Tensor bias,
      ConvOptions options,
      int outputPaddingHeight,
      int outputPaddingWidth) {
    this.weight = parameter("weight", weight);
    this.bias = bias == null ? null : parameter("bias", bias);
    this.options = options;
    this.outputPaddingHeight = outputPaddingHeight;
    this.outputPaddingWidth = outputPaddingWidth;
  }

  /** A transposed convolution without output padding. */
  public static ConvTranspose2d of(
      int inChannels, int outChannels, ConvOptions options, Initializer initializer) {
    return of(inChannels, outChannels, options, 0, 0, initializer);
  }

  /**
   * PyTorch's initial values: weight and bias uniform within 1 / sqrt(outChannels / groups * kernel
   * elements).
   *
   * @param outputPaddingHeight rows added below the result: several output sizes are possible with
   *     a stride
   * @param outputPaddingWidth columns added on its right
   */
  public static ConvTranspose2d of(
      int inChannels,
      int outChannels,
      ConvOptions options,
      int outputPaddingHeight,
      int outputPaddingWidth,
      Initializer initializer) {
    options.perGroup("inChannels", inChannels);
    int out = options.perGroup("outChannels", outChannels);
    double bound = 1 / Math.sqrt((double) out * options.kernelElements());
    Tensor weight =
        initializer.uniform(
            bound,
            inChannels,
            out,
            options.window().height().kernel(),
            options.window().width().kernel());
    Tensor bias = options.bias() ? initializer.uniform(bound, outChannels) : null;
    return new ConvTranspose2d(weight, bias, options, outputPaddingHeight, outputPaddingWidth);
  }

  /** A normal weight, a bias of 0; without output padding. */
  public static ConvTranspose2d normal(
      int inChannels,
      int outChannels,
      ConvOptions options,
      double standardDeviation,
      Initializer initializer) {
    return normal(inChannels, outChannels, options, 0, standardDeviation, initializer);
  }

  /**
   * A normal weight, a bias of 0.
   *
   * @param outputPadding rows added below the result, and columns added on its right
   */
  public static ConvTranspose2d normal(
      int inChannels,
      int outChannels,
      ConvOptions options,
      int outputPadding,
      double standardDeviation,
      Initializer initializer) {
    options.perGroup("inChannels", inChannels);
    int out = options.perGroup("outChannels", outChannels);
    Tensor weight =
        initializer.normal(
            standardDeviation,
            inChannels,
            out,
            options.window().height().kernel(),
            options.window().width().kernel());
    Tensor bias = options.bias() ? initializer.constant(0, outChannels) : null;
    return new ConvTranspose2d(weight, bias, options, outputPadding, outputPadding);
  }

  /**
   * Applies the layer.
   *
   * @param x (batch, inChannels, height, width)
   * @return (batch, outChannels, outHeight, outWidth)
   */
  @Override
  public Tensor forward(Tensor x) {
    return Convolution.convTranspose2d(
        x,
        weight,
        bias,
        options.window(),
        options.groups(),
        outputPaddingHeight,
        outputPaddingWidth);
  }

  /** (inChannels, outChannels / groups, kernelHeight, kernelWidth). */
  public Tensor weight() {
    return weight;
  }
}
