package io.troupe.nn.entry;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.memory.MemoryPool;
import java.util.List;
import java.util.Map;

/**
 * A model that the command line knows by name: how it is set, built and asked. A new model needs
 * one of these beside it and a line in the catalog.
 *
 * @param <M> the module that it builds
 */
public interface ModelEntry<M extends Module> {
  /** The name on the command line, such as {@code resnet18}. */
  String name();

  /** The kind of model. */
  Family family();

  /** What it is, in one line. */
  String summary();

  /** What can be set, in the order in which it is shown. */
  List<Hyperparameter<?>> hyperparameters();

  /**
   * Builds the module in the current scope.
   *
   * @param settings of {@link #settings}
   * @throws IllegalArgumentException if settings do not go together
   */
  M build(Settings settings, Initializer initializer);

  /** The tensors that a prediction takes. */
  List<InputTensor> inputs(Settings settings);

  /**
   * Predicts.
   *
   * @param inputs by name; they fit {@link #inputs}
   * @return what the command line writes as {@code output}
   */
  Tensor predict(M model, Map<String, Tensor> inputs);

  /**
   * Whether a file of weights may hold a tensor of this name although the module has none, such as
   * those of heads that act in training alone.
   */
  default boolean isIgnored(String tensor) {
    return false;
  }

  /**
   * A second name under which files of weights may hold a tensor, where models of the kind are
   * published under two; the name itself otherwise.
   *
   * @param tensor a name of the module's {@code state_dict}
   */
  default String otherName(String tensor) {
    return tensor;
  }

  /**
   * The settings that a user means.
   *
   * @param given texts by name
   * @throws IllegalArgumentException if a name is unknown or a value not legal
   */
  default Settings settings(Map<String, String> given) {
    return Settings.of(name(), hyperparameters(), given);
  }

  /** Builds the model in the current scope, ready to predict. */
  default CatalogModel<M> create(Settings settings, Initializer initializer) {
    return new CatalogModel<>(this, settings, build(settings, initializer), initializer.dtype());
  }

  /** The number of parameter elements; no memory is touched for them. */
  default long numParameters(Settings settings, Engine engine) {
    try (MemoryPool untouched = new MemoryPool();
        Scope _ = new Engine(Backend.of(engine), untouched).open("counting " + name())) {
      return build(settings, Initializer.undefined(DType.FLOAT32)).numParameters();
    }
  }
}
