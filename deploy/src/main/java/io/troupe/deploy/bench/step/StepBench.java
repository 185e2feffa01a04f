package io.troupe.deploy.bench.step;

import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.Timings;
import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.training.supervised.TaskTrainer;
import io.troupe.training.supervised.TrainerConfig;
import io.troupe.training.supervised.TrainingTask;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A training step of a supervised model on random numbers: forward, loss, backward, optimizer.
 *
 * @param trainer performs the steps
 * @param batch batch of every step
 * @param module the network
 */
public record StepBench(TaskTrainer trainer, MiniBatch batch, Module module)
    implements AutoCloseable {

  /** Steps of a task. */
  static StepBench of(TrainingTask task, TrainerConfig config, MiniBatch batch, Engine engine) {
    return new StepBench(task.trainer(config, engine), batch, task.module());
  }

  /** A model with random weights, in the current scope. */
  static BuiltModel<?> model(String name, Map<String, String> settings) {
    ModelEntry<?> entry = ModelRegistry.entry(name);
    return entry.create(entry.settings(settings), Initializer.of(DType.FLOAT32, 1));
  }

  /** A batch of nodes with their labels. */
  static MiniBatch nodes(int[] train, int[] labelsOfAll) {
    int[] labels = Arrays.stream(train).map(node -> labelsOfAll[node]).toArray();
    int count = labels.length;
    return new MiniBatch(
        1,
        count,
        Map.of(
            "input", new ArrayData.Ints(train, count),
            "label", new ArrayData.Ints(labels, count)));
  }

  /** Makes a step. */
  public void step() {
    trainer.step(batch);
  }

  /**
   * The result of some steps.
   *
   * @param name of the workload
   * @param engine the engine of these steps only
   */
  public BenchResult result(String name, Timings timings, Engine engine) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", name);
    settings.put("batch", batch.size());
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("parameters", module.numParameters());
    details.put("median_ms", 1e3 * timings.median());
    details.put("min_ms", 1e3 * timings.best());
    details.put("peak_tensor_bytes", engine.memory().peakBytes());
    return new BenchResult(
        "train",
        "train %s, batch %d".formatted(name, batch.size()),
        settings,
        "examples",
        batch.size(),
        timings,
        OptionalDouble.empty(),
        details);
  }

  @Override
  public void close() {
    trainer.close();
  }
}
