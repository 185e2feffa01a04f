package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Pooling;

/**
 * The means of nearly equal parts of an image, as {@code torch.nn.AdaptiveAvgPool2d}: (batch,
 * channels, height, width) to (batch, channels, outputHeight, outputWidth) for images of any size.
 *
 * @param outputHeight parts from top to bottom, at least 1
 * @param outputWidth parts from left to right, at least 1
 */
public record AdaptiveAvgPool2d(int outputHeight, int outputWidth) implements Layer {
  /** Checks the sizes. */
  public AdaptiveAvgPool2d {
    if (outputHeight < 1 || outputWidth < 1) {
      throw new IllegalArgumentException(
          "output size of adaptive pooling must be 1 or more, got "
              + outputHeight
              + " by "
              + outputWidth);
    }
  }

  /** The same number of parts in both directions. */
  public static AdaptiveAvgPool2d of(int outputSize) {
    return new AdaptiveAvgPool2d(outputSize, outputSize);
  }

  @Override
  public Tensor forward(Tensor x) {
    return Pooling.adaptiveAvgPool2d(x, outputHeight, outputWidth);
  }
}
