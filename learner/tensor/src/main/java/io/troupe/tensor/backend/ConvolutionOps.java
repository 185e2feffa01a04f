package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * Convolutions over images in planes: (batch, channels, height, width). As everywhere in deep
 * learning, the kernel is not flipped.
 */
public interface ConvolutionOps {
  /**
   * Convolution, as {@code torch.nn.functional.conv2d}.
   *
   * @param out (batch, outChannels, outHeight, outWidth)
   * @param x (batch, inChannels, height, width)
   * @param weight (outChannels, inChannels / groups, kernelHeight, kernelWidth)
   * @param bias (outChannels), or null
   * @param groups parts of the channels that do not meet
   */
  void conv2d(Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups);

  /**
   * Transposed convolution: what {@link #conv2d} of the same window and weight does to the gradient
   * of its result, plus a bias.
   *
   * @param out (batch, outChannels, height, width): an image that {@code conv2d} takes
   * @param x (batch, inChannels, windowsDown, windowsAcross): what it gives
   * @param weight (inChannels, outChannels / groups, kernelHeight, kernelWidth)
   * @param bias (outChannels), or null
   */
  void convTranspose2d(Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups);

  /**
   * Adds the gradient of the weight of {@link #conv2d}.
   *
   * @param dWeight in the shape of the weight, added to
   * @param dOut (batch, outChannels, outHeight, outWidth)
   * @param x (batch, inChannels, height, width)
   */
  void conv2dWeightGrad(Tensor dWeight, Tensor dOut, Tensor x, Window window, int groups);
}
