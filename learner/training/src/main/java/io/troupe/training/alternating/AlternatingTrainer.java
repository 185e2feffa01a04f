package io.troupe.training.alternating;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.optim.TrainingGuard;
import io.troupe.training.supervised.ResultWeights;
import io.troupe.training.supervised.StepResult;
import io.troupe.training.supervised.TaskTrainer;
import io.troupe.training.supervised.TrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains the parts of a task in turn, each with an optimizer of its own and the learning rate of
 * the step. The loss of a step is the sum of the losses of the parts.
 *
 * <p>Used by one thread at a time; a second one is an error. The caller owns the task's module;
 * closing the trainer frees the memory of the optimizers.
 */
public final class AlternatingTrainer implements TaskTrainer {
  private static final long TRAINING = 1;
  private static final String STATE = "task.safetensors";

  private final AlternatingTask task;
  private final TrainerConfig config;
  private final Engine engine;
  private final Map<String, Optimizer> optimizers = new LinkedHashMap<>();
  private final ResultWeights result;
  private final Philox generator;
  private final TrainingGuard guard = new TrainingGuard();

  /**
   * A trainer before its first step.
   *
   * @param engine that owns the memory of the weights
   */
  public AlternatingTrainer(AlternatingTask task, TrainerConfig config, Engine engine) {
    this.task = task;
    this.config = config;
    this.engine = engine;
    task.parts()
        .forEach(
            (name, part) ->
                optimizers.put(name, Optimizer.of(config.optimizer(), part.namedParameters())));
    this.result = new ResultWeights(task.module(), config, guard, engine);
    this.generator = Philox.of(config.seed());
  }

  /** The files that {@link #save} writes into the folder of a checkpoint, but for averages. */
  static List<String> files(AlternatingTask task) {
    List<String> files = new ArrayList<>();
    task.parts().keySet().forEach(part -> files.add(file(part)));
    task.state().ifPresent(_ -> files.add(STATE));
    return files;
  }

  private static String file(String part) {
    return "optimizer-" + part + ".safetensors";
  }

  @Override
  public long stepCount() {
    return optimizers.values().iterator().next().stepCount();
  }

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
    Module module = task.module();
    module.train();
    Turns turns = new Turns(step);
    try (Scope _ = engine.open("step " + step)) {
      module.restartRandom(random.derive(0));
      task.step(batch, random.derive(1), turns);
    } finally {
      module.zeroGrad();
    }
    if (!turns.losses.keySet().equals(optimizers.keySet())) {
      throw new IllegalStateException(
          "a step must update the parts " + optimizers.keySet() + ", got " + turns.losses.keySet());
    }
    result.update();
    return turns.result(batch.size());
  }

  /** The updates of one step. */
  private final class Turns implements AlternatingTask.Updates {
    private final long step;
    private final double learningRate;
    private final Map<String, Double> losses = new LinkedHashMap<>();
    private double sumSquares;

    private Turns(long step) {
      this.step = step;
      this.learningRate = config.schedule().at(step - 1);
    }

    @Override
    public void update(String part, Tensor loss) {
      Optimizer optimizer = optimizers.get(part);
      task.module().zeroGrad();
      double value = loss.item();
      if (Double.isFinite(value)) {
        loss.backwardAndRelease();
      }
      double gradNorm = optimizer.gradNorm();
      if (!Double.isFinite(value) || !Double.isFinite(gradNorm)) {
        throw new NonFiniteLossException(
            "step %d: loss of the %s=%s".formatted(step, part, value),
            gradNorm,
            "check the data, or lower learning-rate");
      }
      optimizer.step(learningRate, gradNorm);
      losses.put(part, value);
      sumSquares += gradNorm * gradNorm;
    }

    StepResult result(int numExamples) {
      double sum = losses.values().stream().mapToDouble(Double::doubleValue).sum();
      return new StepResult(step, sum, Math.sqrt(sumSquares), learningRate, numExamples, losses);
    }
  }

  @Override
  public <T> T withResult(ResultWork<T> work) throws IOException {
    return result.during(work);
  }

  @Override
  public void save(Path folder) throws IOException {
    for (Map.Entry<String, Optimizer> entry : optimizers.entrySet()) {
      entry.getValue().save(folder.resolve(file(entry.getKey())));
    }
    if (task.state().isPresent()) {
      StateDictFile.save(folder.resolve(STATE), task.state().get(), StorageType.F32);
    }
    result.save(folder);
  }

  @Override
  public void load(Path folder) {
    optimizers.forEach((part, optimizer) -> optimizer.load(folder.resolve(file(part))));
    task.state().ifPresent(state -> StateDictFile.load(folder.resolve(STATE), state));
    result.load(folder);
  }

  @Override
  public void close() {
    optimizers.values().forEach(Optimizer::close);
    result.close();
  }
}
