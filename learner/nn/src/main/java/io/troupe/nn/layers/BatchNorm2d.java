package io.troupe.nn.layers;

import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;

/**
 * Batch normalization of images (batch, numFeatures, height, width), as {@code
 * torch.nn.BatchNorm2d}.
 */
public final class BatchNorm2d extends BatchNorm {

  /** A norm with PyTorch's defaults; the weight starts as 1, the bias as 0. */
  public BatchNorm2d(int numFeatures, Initializer initializer) {
    this(numFeatures, BatchNormOptions.defaults(), initializer);
  }

  /** A norm; the weight starts as 1, the bias as 0. */
  public BatchNorm2d(int numFeatures, BatchNormOptions options, Initializer initializer) {
    super(numFeatures, options, initializer);
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.rank() != 4) {
      throw new ShapeException(
          "input of BatchNorm2d must be (batch, channels, height, width), got " + x.shape());
    }
    return normalize(x);
  }
}
