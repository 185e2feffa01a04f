package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.Tensor;
import io.troupe.training.generated.GeneratedImages;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

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
  Layer load(String weights, TrainConfig config, DataSplits splits) {
    return open(weights, config, splits).logits();
  }

  /**
   * Loads the classifier as {@link #load} does, with its features.
   *
   * @throws IllegalArgumentException if the classifier has no features, or does not fit the data
   */
  GeneratedImages.Judge loadJudge(String weights, TrainConfig config, DataSplits splits) {
    Opened opened = open(weights, config, splits);
    UnaryOperator<Tensor> features =
        opened
            .model()
            .embedding()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        key
                            + " must be a classifier that computes features, such as lenet5, got"
                            + " the model "
                            + opened.model().entry().name()));
    return new GeneratedImages.Judge(
        x -> features.apply(opened.inputs().forward(x)), opened.logits());
  }

  /**
   * A loaded classifier.
   *
   * @param inputs from inputs of the run to those of the classifier
   * @param logits from inputs of the run
   */
  private record Opened(BuiltModel<?> model, Layer inputs, Layer logits) {}

  private Opened open(String weights, TrainConfig config, DataSplits splits) {
    TrainedWeights loaded = TrainedWeights.load(key, weights);
    TrainedModel trained = loaded.trained();
    BuiltModel<?> model = loaded.model();
    Function<Tensor, List<Tensor>> logits =
        model
            .classifier()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        key + " must be a classifier, got the model " + trained.name()));
    ExampleSpec spec = splits.train().spec();
    requireFits(trained, model, spec);
    Layer inputs = normalized(config, loaded.channels(), splits);
    return new Opened(model, inputs, x -> logits.apply(inputs.forward(x)).getFirst());
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
  private Layer normalized(TrainConfig config, InputNormalization.Channels own, DataSplits splits) {
    if (own.scale() != config.dataset().scale()) {
      throw new IllegalArgumentException(
          "scale must be that of the run of the %s, %s, got %s"
              .formatted(key, own.scale(), config.dataset().scale()));
    }
    return Renormalization.of(
        splits.normalization(), own.normalization(), splits.train().spec().sizes().size() + 1);
  }
}
