package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * The loss and the metrics of a network. Used by one thread; temporaries belong to the current
 * scope.
 */
public interface SupervisedTask {
  /** The trained network. */
  Module module();

  /**
   * The loss of a batch, in training mode.
   *
   * @param random random numbers of this step, for losses that draw noise
   * @return the mean over the examples; a scalar
   * @throws IllegalArgumentException if the batch does not fit the task, such as a label out of
   *     range
   */
  Tensor loss(MiniBatch batch, Philox random);

  /**
   * Adds the metrics of a batch to a tally, in evaluation mode and without gradients.
   *
   * @param random of this batch: the same in every evaluation
   */
  void evaluate(MiniBatch batch, Philox random, Tally tally);

  /** The metric by which checkpoints are compared. */
  Monitor monitor();
}
