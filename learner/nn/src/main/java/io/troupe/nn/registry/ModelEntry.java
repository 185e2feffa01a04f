package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StateDictNames;
import io.troupe.nn.checkpoint.WeightNames;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.memory.MemoryPool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The description of a model: its settings, its construction, its inputs and its capabilities. A
 * new model needs one of these, listed in {@link ModelRegistry}.
 *
 * @param <M> the module that it builds
 */
public interface ModelEntry<M extends Module> {
  /** The name on the command line, such as {@code resnet18}. */
  String name();

  /** The family that it is listed under. */
  Family family();

  /** A description in one line. */
  String summary();

  /** The settings, in the order in which they are listed. */
  List<Hyperparameter<?>> hyperparameters();

  /**
   * Builds the module in the current scope.
   *
   * @param settings of {@link #settings}
   * @throws IllegalArgumentException if settings contradict each other
   */
  M build(Settings settings, Initializer initializer);

  /** The tensors that {@link #predict} requires. */
  List<InputTensor> inputs(Settings settings);

  /**
   * Runs inference.
   *
   * @param inputs by name; they satisfy {@link #inputs}
   * @return the tensor that the command line writes as {@code output}
   */
  Tensor predict(M model, Map<String, Tensor> inputs);

  /** The capabilities of the model; at least one. */
  List<Capability<M>> capabilities();

  /** Whether the model has a capability, such as {@code Capability.Decode.class}. */
  default boolean has(Class<?> capability) {
    return capabilities().stream().anyMatch(capability::isInstance);
  }

  /** The number of labels that sampled images can have; 0 for a model without labels. */
  default int numImageClasses(Settings settings) {
    for (Capability<M> capability : capabilities()) {
      if (capability instanceof Capability.SampleImages<M> sampling) {
        return sampling.numClasses().map(settings::get).orElse(0);
      }
    }
    return 0;
  }

  /** The setting that selects the sampling method for images, if there is a choice. */
  default Optional<Hyperparameter<String>> samplingMethod() {
    for (Capability<M> capability : capabilities()) {
      if (capability instanceof Capability.SampleImages<M> sampling) {
        return sampling.method();
      }
    }
    return Optional.empty();
  }

  /**
   * The names of the model's tensors in files of weights.
   *
   * @param module built by this entry
   */
  default WeightNames weightNames(Module module) {
    return StateDictNames.EXACT;
  }

  /**
   * The {@code config.json} with which the library that the names of the tensors come from loads a
   * directory of the model: transformers by {@code from_pretrained}, timm by {@code
   * create_model("local-dir:...")}. Empty if the library has no such directories, or none for these
   * settings.
   */
  default Optional<ConfigJson> libraryConfig(Settings settings) {
    return Optional.empty();
  }

  /**
   * Loads the weights of a {@code .safetensors} file.
   *
   * @throws CheckpointFormatException if the file is not valid, or its tensors do not fit the model
   */
  default void load(M model, Path weights) {
    StateDictFile.load(weights, model, weightNames(model));
  }

  /**
   * The settings with the given values; all others have their defaults.
   *
   * @param given texts by name
   * @throws IllegalArgumentException if a name is unknown or a value invalid
   */
  default Settings settings(Map<String, String> given) {
    return Settings.of(name(), hyperparameters(), given);
  }

  /** Builds the model in the current scope, ready to predict. */
  default BuiltModel<M> create(Settings settings, Initializer initializer) {
    return new BuiltModel<>(this, settings, build(settings, initializer), initializer.dtype());
  }

  /** The number of parameter elements, counted without touching memory for them. */
  default long numParameters(Settings settings, Engine engine) {
    try (MemoryPool untouched = new MemoryPool();
        Scope _ = new Engine(Backend.of(engine), untouched).open("counting " + name())) {
      return build(settings, Initializer.undefined(DType.FLOAT32)).numParameters();
    }
  }
}
