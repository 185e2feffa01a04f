package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.Normalization;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A classifier of another run, such as a teacher or one that evaluates generated images.
 *
 * @param key the setting with its weights
 */
record LoadedClassifier(String key) {
  /** The classifier whose predictions another one learns. */
  static final LoadedClassifier TEACHER = new LoadedClassifier("teacher");

  /** The classifier that finds the classes of generated images. */
  static final LoadedClassifier EVALUATION = new LoadedClassifier("evaluation-classifier");

  /**
   * Loads the classifier into the current scope. Its inputs are normalized as in its own training,
   * whatever the normalization of the run is.
   *
   * @param weights value of the setting
   * @param splits data of the run
   * @return from the inputs of the run to logits
   * @throws IllegalArgumentException if the classifier does not fit the data
   */
  Layer load(Path weights, TrainConfig config, DataSplits splits) {
    if (!Files.isRegularFile(weights)) {
      throw new IllegalArgumentException(key + " must be a file of weights, got " + weights);
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
    Function<Tensor, List<Tensor>> logits =
        model
            .classifier()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        key + " must be a classifier, got the model " + trained.name()));
    ExampleSpec spec = splits.train().spec();
    requireFits(trained, model, spec);
    model.load(weights);
    model.module().requiresGrad(false);
    model.module().eval();
    Layer inputs = normalized(config, trained, splits);
    return x -> logits.apply(inputs.forward(x)).getFirst();
  }

  private void requireFits(TrainedModel trained, BuiltModel<?> model, ExampleSpec spec) {
    if (trained.classNames().size() != spec.numClasses()) {
      throw new IllegalArgumentException(
          "%s must have the %d classes of the data, got %d"
              .formatted(key, spec.numClasses(), trained.classNames().size()));
    }
    model.requireImages(SupervisedSetup.shapeOf(spec));
  }

  /** From inputs with the normalization of the run to those with the classifier's. */
  private Layer normalized(TrainConfig config, TrainedModel trained, DataSplits splits) {
    InputNormalization.Channels own =
        trained
            .normalization()
            .filter(InputNormalization.Channels.class::isInstance)
            .map(InputNormalization.Channels.class::cast)
            .orElse(new InputNormalization.Channels(0, Normalization.NONE));
    if (own.scale() != config.dataset().scale()) {
      throw new IllegalArgumentException(
          "scale must be that of the run of the %s, %s, got %s"
              .formatted(key, own.scale(), config.dataset().scale()));
    }
    Normalization ofRun = splits.normalization();
    Normalization ofClassifier = own.normalization();
    if (ofRun.equals(ofClassifier)) {
      return x -> x;
    }
    int channels = Math.max(ofRun.mean().size(), ofClassifier.mean().size());
    float[] factors = new float[channels];
    float[] offsets = new float[channels];
    for (int c = 0; c < channels; c++) {
      double deviation = of(ofClassifier.std(), c, 1);
      factors[c] = (float) (of(ofRun.std(), c, 1) / deviation);
      offsets[c] = (float) ((of(ofRun.mean(), c, 0) - of(ofClassifier.mean(), c, 0)) / deviation);
    }
    int[] sizes = new int[splits.train().spec().sizes().size() + 1];
    Arrays.fill(sizes, 1);
    sizes[1] = channels;
    return x -> x.mul(Tensor.of(factors, sizes)).add(Tensor.of(offsets, sizes));
  }

  /** The value of a channel; one value is for all channels. */
  private static double of(List<Double> values, int channel, double byDefault) {
    return values.isEmpty() ? byDefault : values.get(Math.min(channel, values.size() - 1));
  }
}
