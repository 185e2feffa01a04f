package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Engine;
import io.troupe.tensor.random.Philox;
import java.util.List;

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

  /**
   * Adds metrics of the final weights that take too long for every evaluation, such as those of
   * samples; none by default. Called as {@link #evaluate}.
   *
   * @param firstIndex index of the first example of the batch
   */
  default void evaluateResult(MiniBatch batch, int firstIndex, Tally tally) {}

  /** The metric by which checkpoints are compared. */
  Monitor monitor();

  /**
   * A trainer of this task before its first step.
   *
   * @param engine that owns the memory of the weights
   */
  TaskTrainer trainer(TrainerConfig config, Engine engine);

  /** The files that the trainer writes into the folder of a checkpoint, but for averages. */
  List<String> trainerFiles();
}
