package io.troupe.nn.layers;

import io.troupe.tensor.backend.Window;

/**
 * The options of a convolution, with PyTorch's names: {@code
 * ConvOptions.kernelSize(3).withStride(2).withPadding(1)}. The defaults are PyTorch's: stride 1, no
 * padding, no dilation, one group, a bias. Layers over sequences use only the width.
 *
 * @param window kernel size, stride, padding and dilation
 * @param groups groups of channels that are convolved separately
 * @param bias whether there is a bias
 */
public record ConvOptions(Window window, int groups, boolean bias) {
  /** Checks the groups. */
  public ConvOptions {
    if (groups < 1) {
      throw new IllegalArgumentException("groups must be 1 or more, got " + groups);
    }
  }

  /** A square kernel. */
  public static ConvOptions kernelSize(int size) {
    return kernelSize(size, size);
  }

  /** A kernel of two sizes. */
  public static ConvOptions kernelSize(int height, int width) {
    return new ConvOptions(Window.of(height, width), 1, true);
  }

  /** With another stride. */
  public ConvOptions withStride(int stride) {
    return withStride(stride, stride);
  }

  /** With another stride on each axis. */
  public ConvOptions withStride(int height, int width) {
    return new ConvOptions(window.withStride(height, width), groups, bias);
  }

  /** With zero padding on all sides. */
  public ConvOptions withPadding(int padding) {
    return withPadding(padding, padding);
  }

  /** With zero padding per axis. */
  public ConvOptions withPadding(int height, int width) {
    return new ConvOptions(window.withPadding(height, width), groups, bias);
  }

  /** With another dilation. */
  public ConvOptions withDilation(int dilation) {
    return withDilation(dilation, dilation);
  }

  /** With another dilation per axis. */
  public ConvOptions withDilation(int height, int width) {
    return new ConvOptions(window.withDilation(height, width), groups, bias);
  }

  /** With channels in groups. */
  public ConvOptions withGroups(int number) {
    return new ConvOptions(window, number, bias);
  }

  /** Without a bias, as before a batch normalization. */
  public ConvOptions withoutBias() {
    return new ConvOptions(window, groups, false);
  }

  /** Elements of the kernel. */
  int kernelElements() {
    return window.height().kernel() * window.width().kernel();
  }

  /** The number of channels per group. */
  int perGroup(String name, int channels) {
    if (channels < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          name + " must be a multiple of groups=" + groups + ", got " + channels);
    }
    return channels / groups;
  }
}
