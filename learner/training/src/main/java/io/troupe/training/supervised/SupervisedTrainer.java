package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.FirstNonFinite;
import io.troupe.tensor.random.Philox;
import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.optim.WeightAverage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes steps of a task: forward, backward, update.
 *
 * <p>A step is a function of the weights, the optimizer's state, the batch and (seed, step): what
 * is random in it is drawn anew from these, so a run that goes on from a checkpoint makes the same
 * steps. Used by one thread; the task's module belongs to the caller, closing gives back the
 * optimizer's memory.
 */
public final class SupervisedTrainer implements AutoCloseable {
  private static final long TRAINING = 1;

  private final SupervisedTask task;
  private final Module module;
  private final TrainerConfig config;
  private final Engine engine;
  private final Optimizer optimizer;
  private final WeightAverage average; // null without one
  private final Philox generator;

  /**
   * A trainer before its first step.
   *
   * @param engine in whose memory the module's weights live
   */
  public SupervisedTrainer(SupervisedTask task, TrainerConfig config, Engine engine) {
    this.task = task;
    this.module = task.module();
    this.config = config;
    this.engine = engine;
    this.optimizer = Optimizer.of(config.optimizer(), module.namedParameters());
    this.average =
        config.emaDecay() > 0 ? new WeightAverage(module, config.emaDecay(), true, engine) : null;
    this.generator = Philox.of(config.seed());
  }

  /** The optimizer, for checkpoints. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /** The running average of the weights, for checkpoints; empty without one. */
  public Optional<WeightAverage> average() {
    return Optional.ofNullable(average);
  }

  /** Work on the weights that are the result: their average where there is one. */
  @FunctionalInterface
  public interface ResultWork<T> {
    /** Does it. */
    T run() throws IOException;
  }

  /** Does some work while the module has the weights that are the result. */
  public <T> T withResult(ResultWork<T> work) throws IOException {
    if (average == null) {
      return work.run();
    }
    average.swap();
    try {
      return work.run();
    } finally {
      average.swap();
    }
  }

  /** Steps made. */
  public long stepCount() {
    return optimizer.stepCount();
  }

  /**
   * Learns from a batch.
   *
   * @throws NonFiniteLossException if the loss or a gradient is no number; the weights are as
   *     before
   * @throws IllegalArgumentException if the batch does not fit the task
   */
  public StepResult step(MiniBatch batch) {
    long step = stepCount() + 1;
    Philox random = generator.derive(TRAINING).derive(step);
    module.train();
    optimizer.zeroGrad();
    double loss;
    try (Scope _ = engine.open("step " + step)) {
      module.restartRandom(random.derive(0));
      Tensor value = task.loss(batch, random.derive(1));
      loss = value.item();
      if (Double.isFinite(loss)) {
        value.backwardAndRelease();
      }
    }
    double gradNorm = optimizer.gradNorm();
    if (!Double.isFinite(loss) || !Double.isFinite(gradNorm)) {
      throw new NonFiniteLossException(
          "step %d: loss=%s".formatted(step, loss),
          gradNorm,
          "not a number first in "
              + firstNonFinite(batch, step, random)
              + "; the weights are unchanged: look at the data, or lower learning-rate");
    }
    double learningRate = config.schedule().at(step - 1);
    optimizer.step(learningRate, gradNorm);
    if (average != null) {
      average.update();
    }
    return new StepResult(step, loss, gradNorm, learningRate, batch.size());
  }

  /** Does the forward pass again and watches it. */
  private String firstNonFinite(MiniBatch batch, long step, Philox random) {
    Map<Tensor, String> names = new HashMap<>();
    module.stateDict().forEach((name, tensor) -> names.put(tensor, name));
    try (Scope _ = engine.open("step " + step + " again")) {
      for (String name : batch.arrays().keySet()) {
        names.put(BatchTensors.of(batch, name), "the batch's " + name);
      }
      module.restartRandom(random.derive(0));
      return FirstNonFinite.during(names, () -> task.loss(batch, random.derive(1)))
          .orElse("a gradient");
    } finally {
      optimizer.zeroGrad();
    }
  }

  @Override
  public void close() {
    optimizer.close();
    if (average != null) {
      average.close();
    }
  }
}
