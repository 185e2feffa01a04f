package io.troupe.training.supervised;

import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/** A task with one loss, which all parameters of the network minimize. */
public interface SupervisedTask extends TrainingTask {
  /**
   * The loss of a batch, in training mode.
   *
   * @param random random numbers of this step, for losses that draw noise
   * @return the mean over the examples; a scalar
   * @throws IllegalArgumentException if the batch does not fit the task, such as a label out of
   *     range
   */
  Tensor loss(MiniBatch batch, Philox random);
}
