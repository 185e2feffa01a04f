package io.troupe.training.alternating;

import io.troupe.nn.Module;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.TaskTrainer;
import io.troupe.training.supervised.TrainerConfig;
import io.troupe.training.supervised.TrainingTask;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A task whose step updates several parts of its module in turn, each with a loss and an optimizer
 * of its own, such as the two networks of a GAN.
 */
public interface AlternatingTask extends TrainingTask {
  /** The parts by name, in the order of their optimizers; each is a part of {@link #module}. */
  Map<String, Module> parts();

  /** Updates a part. */
  @FunctionalInterface
  interface Updates {
    /**
     * Makes the backward pass of a loss and one step of the optimizer of a part. Gradients of other
     * parts are discarded.
     *
     * @param part its name
     * @param loss a scalar
     * @throws io.troupe.training.optim.NonFiniteLossException if the loss or a gradient of the part
     *     is NaN or infinite
     */
    void update(String part, Tensor loss);
  }

  @Override
  default TaskTrainer trainer(TrainerConfig config, Engine engine) {
    return new AlternatingTrainer(this, config, engine);
  }

  @Override
  default List<String> trainerFiles() {
    return AlternatingTrainer.files(this);
  }

  /**
   * Tensors that the task keeps between steps, apart from the weights, such as a pool of generated
   * images. Checkpoints contain them. Empty for most tasks.
   */
  default Optional<Module> state() {
    return Optional.empty();
  }

  /**
   * One training step, in training mode: computes each loss with the weights that the updates
   * before it have left.
   *
   * @param random random numbers of this step
   * @param updates updates each part once
   */
  void step(MiniBatch batch, Philox random, Updates updates);
}
