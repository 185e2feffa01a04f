package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.random.Philox;

/**
 * What a network is trained for, and the metrics of the result. Used by one thread; temporaries
 * belong to the current scope.
 */
public interface TrainingTask {
  /** The trained network. */
  Module module();

  /**
   * Adds the metrics of a batch to a tally, in evaluation mode and without gradients.
   *
   * @param random of this batch: the same in every evaluation
   */
  void evaluate(MiniBatch batch, Philox random, Tally tally);

  /** The metric by which checkpoints are compared. */
  Monitor monitor();
}
