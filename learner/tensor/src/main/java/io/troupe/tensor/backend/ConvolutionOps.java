package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * Convolutions over images (batch, channels, height, width). As usual in deep learning, the kernel
 * is not flipped (cross-correlation).
 */
public interface ConvolutionOps {
  /**
   * Convolution, as {@code torch.nn.functional.conv2d}.
   *
   * @param out (batch, outChannels, outHeight, outWidth)
   * @param x (batch, inChannels, height, width)
   * @param weight (outChannels, inChannels / groups, kernelHeight, kernelWidth)
   * @param bias (outChannels), or null
   * @param groups number of independent groups of channels
   */
  void conv2d(Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups);

  /**
   * Transposed convolution: the gradient of {@link #conv2d} by its input for the same window and
   * weight, plus a bias.
   *
   * @param out (batch, outChannels, height, width): the input shape of that {@code conv2d}
   * @param x (batch, inChannels, windowsDown, windowsAcross): its result shape
   * @param weight (inChannels, outChannels / groups, kernelHeight, kernelWidth)
   * @param bias (outChannels), or null
   */
  void convTranspose2d(Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups);

  /**
   * The gradient of the weight of {@link #conv2d}.
   *
   * @param dWeight in the shape of the weight
   * @param dOut (batch, outChannels, outHeight, outWidth)
   * @param x (batch, inChannels, height, width)
   * @param accumulate whether {@code dWeight} is added to instead of overwritten
   */
  void conv2dWeightGrad(
      Tensor dWeight, Tensor dOut, Tensor x, Window window, int groups, boolean accumulate);
}
