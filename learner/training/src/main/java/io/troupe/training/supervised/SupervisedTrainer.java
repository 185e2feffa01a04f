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
import io.troupe.training.optim.TrainingGuard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Trains the network of a task: forward, backward, update.
 *
 * <p>A step is a function of the weights, the optimizer's state, the batch and (seed, step): its
 * random numbers are drawn from these, so a run that is resumed from a checkpoint makes the same
 * steps. Used by one thread at a time; a second one is an error. The caller owns the task's module;
 * closing the trainer frees the optimizer's memory.
 */
public final class SupervisedTrainer implements TaskTrainer {
  /** The file of the optimizer's state, in the folder of a checkpoint. */
  public static final String OPTIMIZER = "optimizer.safetensors";

  private static final long TRAINING = 1;

  private final SupervisedTask task;
  private final Module module;
  private final TrainerConfig config;
  private final Engine engine;
  private final Optimizer optimizer;
  private final ResultWeights result;
  private final Philox generator;
  private final TrainingGuard guard = new TrainingGuard();

  /**
   * A trainer before its first step.
   *
   * @param engine that owns the memory of the weights
   */
  public SupervisedTrainer(SupervisedTask task, TrainerConfig config, Engine engine) {
    this.task = task;
    this.module = task.module();
    this.config = config;
    this.engine = engine;
    this.optimizer = Optimizer.of(config.optimizer(), module.namedParameters());
    this.result = new ResultWeights(module, config, guard, engine);
    this.generator = Philox.of(config.seed());
  }

  @Override
  public <T> T withResult(ResultWork<T> work) throws IOException {
    return result.during(work);
  }

  @Override
  public long stepCount() {
    return optimizer.stepCount();
  }

  /** Trains on a batch; if it fails, the parameters are unchanged. */
  @Override
  public StepResult step(MiniBatch batch) {
    long step = stepCount() + 1;
    TrainingGuard.checkInterrupt("step " + step);
    try (TrainingGuard.Entered _ = guard.enter("step " + step)) {
      return train(batch, step);
    }
  }

  private StepResult train(MiniBatch batch, long step) {
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
              + "; the parameters are unchanged since step "
              + (step - 1)
              + "; check the data, or lower learning-rate");
    }
    double learningRate = config.schedule().at(step - 1);
    optimizer.step(learningRate, gradNorm);
    result.update();
    return new StepResult(step, loss, gradNorm, learningRate, batch.size());
  }

  /** Repeats the forward pass and finds the first operation with a non-finite result. */
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
  public void save(Path folder) throws IOException {
    optimizer.save(folder.resolve(OPTIMIZER));
    result.save(folder);
  }

  @Override
  public void load(Path folder) {
    optimizer.load(folder.resolve(OPTIMIZER));
    result.load(folder);
  }

  @Override
  public void close() {
    optimizer.close();
    result.close();
  }
}
