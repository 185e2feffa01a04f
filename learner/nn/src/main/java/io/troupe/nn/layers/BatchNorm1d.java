package io.troupe.nn.layers;

import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;

/**
 * Batch normalization of vectors (batch, numFeatures) or sequences (batch, numFeatures, length), as
 * {@code torch.nn.BatchNorm1d}.
 */
public final class BatchNorm1d extends BatchNorm {

  /** A norm with PyTorch's defaults; the weight starts as 1, the bias as 0. */
  public BatchNorm1d(int numFeatures, Initializer initializer) {
    this(numFeatures, BatchNormOptions.defaults(), initializer);
  }

  /** A norm; the weight starts as 1, the bias as 0. */
  public BatchNorm1d(int numFeatures, BatchNormOptions options, Initializer initializer) {
    super(numFeatures, options, initializer);
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.rank() != 2 && x.rank() != 3) {
      throw new ShapeException(
          "input of BatchNorm1d must be (batch, features) or (batch, features, length), got "
              + x.shape());
    }
    return normalize(x);
  }
}
