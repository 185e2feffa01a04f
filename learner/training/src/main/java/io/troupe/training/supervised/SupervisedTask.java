package io.troupe.training.supervised;

import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.List;

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

  /** Adds the loss; tasks with further metrics replace it. */
  @Override
  default void evaluate(MiniBatch batch, Philox random, Tally tally) {
    tally.add("loss", loss(batch, random).item() * batch.size(), batch.size());
  }

  /** The loss, unless a task replaces it. */
  @Override
  default Monitor monitor() {
    return Monitor.LOSS;
  }

  @Override
  default TaskTrainer trainer(TrainerConfig config, Engine engine) {
    return new SupervisedTrainer(this, config, engine);
  }

  @Override
  default List<String> trainerFiles() {
    return List.of(SupervisedTrainer.OPTIMIZER);
  }
}
