package io.troupe.nn.layers;

import io.troupe.tensor.backend.Window;

/**
 * How a convolution moves and what it has, under PyTorch's names: {@code
 * ConvOptions.kernelSize(3).withStride(2).withPadding(1)}. Starts with PyTorch's defaults: stride
 * 1, no padding, no dilation, one group, a bias. Layers over sequences use the width alone.
 *
 * @param window kernel size, stride, padding and dilation
 * @param groups parts of the channels that do not meet
 * @param bias whether there is a bias
 */
public record ConvOptions(Window window, int groups, boolean bias) {
  /** Checks the groups. */
  public ConvOptions {
    if (groups < 1) {
      throw new IllegalArgumentException("groups=" + groups + ": expected 1 or more");
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

  /** With zeros around the images. */
  public ConvOptions withPadding(int padding) {
    return withPadding(padding, padding);
  }

  /** With zeros above and below, and on the left and the right of the images. */
  public ConvOptions withPadding(int height, int width) {
    return new ConvOptions(window.withPadding(height, width), groups, bias);
  }

  /** With another distance between the elements of the kernel. */
  public ConvOptions withDilation(int dilation) {
    return withDilation(dilation, dilation);
  }

  /** With another distance between the elements of the kernel on each axis. */
  public ConvOptions withDilation(int height, int width) {
    return new ConvOptions(window.withDilation(height, width), groups, bias);
  }

  /** With channels in groups. */
  public ConvOptions withGroups(int number) {
    return new ConvOptions(window, number, bias);
  }

  /** Without a bias, as before a batch normalisation. */
  public ConvOptions withoutBias() {
    return new ConvOptions(window, groups, false);
  }

  /** Elements of the kernel. */
  int kernelElements() {
    return window.height().kernel() * window.width().kernel();
  }

  /** The number of channels in a group; complains if they do not divide. */
  int perGroup(String name, int channels) {
    if (channels < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          name + "=" + channels + " with groups=" + groups + ": expected a multiple of groups");
    }
    return channels / groups;
  }
}
