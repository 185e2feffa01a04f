package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;

/** The reduction of the losses of elements or rows. */
public enum Reduction {
  /** No reduction. */
  NONE,
  /** Their mean; a scalar. */
  MEAN,
  /** Their sum; a scalar. */
  SUM,
  /**
   * Their sum divided by the size of the first dimension, PyTorch's {@code batchmean}; a scalar.
   */
  BATCH_MEAN;

  Tensor apply(Tensor losses) {
    return switch (this) {
      case NONE -> losses;
      case MEAN -> losses.mean();
      case SUM -> losses.sum();
      case BATCH_MEAN -> losses.sum().div(losses.size(0));
    };
  }

  /** Reduces with a weighted mean in place of the mean. */
  Tensor apply(Tensor losses, double sumOfWeights) {
    return this == MEAN ? losses.sum().div(sumOfWeights) : apply(losses);
  }
}
