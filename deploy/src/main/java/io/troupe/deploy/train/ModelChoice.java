package io.troupe.deploy.train;

import io.troupe.actors.supervised.InputNormalization;
import io.troupe.actors.supervised.TrainedModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.nn.registry.Settings;
import io.troupe.tensor.DType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The model of a file of weights.
 *
 * @param entry of the model
 * @param settings of the model
 * @param trained the {@code model.json} of the run that wrote the weights
 */
public record ModelChoice(ModelEntry<?> entry, Settings settings, Optional<TrainedModel> trained) {

  /**
   * The model that the options name, or else the one in {@code model.json}.
   *
   * @param name of the model; null if it was not given
   * @param given settings of the model; they override those of {@code model.json}
   * @param modelJson the run's {@code model.json}; null for the one beside the weights
   * @throws IllegalArgumentException if there is no such model or setting, or no name at all
   */
  public static ModelChoice of(
      String name,
      Function<ModelEntry<?>, Map<String, String>> given,
      Path weights,
      Path modelJson) {
    Optional<TrainedModel> trained = trained(name, weights, modelJson);
    if (name == null && trained.isEmpty()) {
      throw new IllegalArgumentException(
          "--model must be set, got none; no file beside " + weights + " names the model");
    }
    ModelEntry<?> entry = ModelRegistry.entry(name == null ? trained.get().name() : name);
    Map<String, String> settings = new LinkedHashMap<>();
    trained.ifPresent(model -> settings.putAll(model.settings()));
    settings.putAll(given.apply(entry));
    return new ModelChoice(entry, entry.settings(settings), trained);
  }

  private static Optional<TrainedModel> trained(String name, Path weights, Path modelJson) {
    if (modelJson == null) {
      return TrainedModel.beside(weights)
          .filter(model -> name == null || name.equals(model.name()));
    }
    TrainedModel trained = TrainedModel.read(modelJson);
    if (name != null && !name.equals(trained.name())) {
      throw new IllegalArgumentException(
          "model must be " + trained.name() + ", the model of " + modelJson + ", got " + name);
    }
    return Optional.of(trained);
  }

  /** The normalization of the inputs in training; empty if there is none or it is not known. */
  public Optional<InputNormalization> normalization() {
    return trained.flatMap(TrainedModel::normalization);
  }

  /** Builds the model in the current scope and loads its weights. */
  public BuiltModel<?> load(Path weights) {
    BuiltModel<?> model = entry.create(settings, Initializer.undefined(DType.FLOAT32));
    model.load(weights);
    return model;
  }
}
