package io.troupe.deploy;

import io.troupe.deploy.train.ModelArguments;
import io.troupe.deploy.train.ModelChoice;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Options of the commands that run inference with trained weights. */
final class WeightsOptions {
  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description =
          "Weights: a state_dict with PyTorch's names as safetensors, such as that of a run.")
  private Path weights;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Hyperparameter of the model (default: that of the run). Repeatable.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--model-json",
      paramLabel = "FILE",
      description = "model.json of the run (default: the one next to the weights).")
  private Path modelJson;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of compute threads. 0: one per core (default: 0).")
  private int threads;

  /** The file of weights. */
  Path weights() {
    return weights;
  }

  /**
   * The model of the weights.
   *
   * @param name of the model; null if it was not given
   * @param more further settings of the model, which override those of {@code --set}
   * @throws IllegalArgumentException if an option has an invalid value
   */
  ModelChoice choice(String name, Function<ModelEntry<?>, Map<String, String>> more) {
    Arguments.requireAtLeast("--threads", threads, 0);
    Map<String, String> given = ModelArguments.parse(assignments);
    return ModelChoice.of(
        name,
        entry -> {
          Map<String, String> settings = new LinkedHashMap<>(given);
          settings.putAll(more.apply(entry));
          return settings;
        },
        weights,
        modelJson);
  }

  /** The compute engine. The caller must close it. */
  Engine engine() {
    return Engine.of(CpuBackend.create(threads));
  }
}
