package io.troupe.actors.supervised;

import io.troupe.data.dataset.Normalization;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model of an earlier run that a run uses without training it.
 *
 * @param trained its description
 * @param model with the weights, in evaluation mode and without gradients
 */
record TrainedWeights(TrainedModel trained, BuiltModel<?> model) {
  /**
   * Loads a model into the current scope.
   *
   * @param key of the setting that names the file, for errors
   * @param file of weights, with a model.json beside it
   * @throws IllegalArgumentException if there is no such file, or none beside it
   */
  static TrainedWeights load(String key, String file) {
    Path weights = Path.of(file);
    if (!Files.isRegularFile(weights)) {
      throw new IllegalArgumentException(
          key + " must be a file of weights, got " + (file.isEmpty() ? "none" : file));
    }
    TrainedModel trained =
        TrainedModel.beside(weights)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        key + " must have a model.json beside it, got none beside " + weights));
    ModelEntry<?> entry = ModelRegistry.entry(trained.name());
    BuiltModel<?> model =
        entry.create(entry.settings(trained.settings()), Initializer.undefined(DType.FLOAT32));
    model.load(weights);
    model.module().requiresGrad(false);
    model.module().eval();
    return new TrainedWeights(trained, model);
  }

  /** The normalization of the images that the model was trained on. */
  InputNormalization.Channels channels() {
    return trained
        .normalization()
        .filter(InputNormalization.Channels.class::isInstance)
        .map(InputNormalization.Channels.class::cast)
        .orElse(new InputNormalization.Channels(0, Normalization.NONE));
  }

  /**
   * The model as a CLIP.
   *
   * @throws IllegalArgumentException if it is another model
   */
  ClipModel clip(String key) {
    return model
        .imageTextModel()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    key + " must be a model of images and texts, got " + trained.name()));
  }
}
