package io.troupe.nn.generative;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/** The training loss of a model of images that needs no target. */
@FunctionalInterface
public interface UnsupervisedLoss {
  /**
   * The loss of a mini-batch.
   *
   * @param images in [0, 1], (batch, channels, height, width)
   * @param labels the class of each image; empty when there are none
   * @param generator of all random numbers of the step: the same generator gives the same loss
   * @return a scalar, the mean over the batch
   */
  Tensor loss(Tensor images, int[] labels, Philox generator);
}
