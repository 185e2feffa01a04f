package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * What a network learns, and by what it is measured. Used by one thread; temporaries belong to the
 * current scope.
 */
public interface SupervisedTask {
  /** The network that learns. */
  Module module();

  /**
   * The loss of a batch, in training mode.
   *
   * @param random of this step, for what the loss itself draws, such as noise
   * @return the mean over the examples; a scalar
   * @throws IllegalArgumentException if the batch does not fit, such as a label out of range
   */
  Tensor loss(MiniBatch batch, Philox random);

  /**
   * Adds the figures of a batch to a tally, in evaluation mode and without gradients.
   *
   * @param random of this batch: the same in every evaluation
   */
  void evaluate(MiniBatch batch, Philox random, Tally tally);

  /** The figure that says which weights are best. */
  Monitor monitor();
}
