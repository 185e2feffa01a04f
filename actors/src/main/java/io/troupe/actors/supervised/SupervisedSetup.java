package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSource;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.nn.Module;
import io.troupe.nn.catalog.Catalog;
import io.troupe.nn.entry.CatalogModel;
import io.troupe.nn.entry.Family;
import io.troupe.nn.entry.InputTensor;
import io.troupe.nn.entry.ModelEntry;
import io.troupe.nn.generative.GenerativeModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.vision.GoogLeNet;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.training.supervised.CharacterModelling;
import io.troupe.training.supervised.Classification;
import io.troupe.training.supervised.ImageModelling;
import io.troupe.training.supervised.Regression;
import io.troupe.training.supervised.SupervisedTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model, its data and what it learns, fitted to one another.
 *
 * @param model with its initial weights
 * @param data to learn from
 * @param task what is learned
 */
record SupervisedSetup(CatalogModel<?> model, TrainingData data, SupervisedTask task) {
  private static final Set<Family> READ_IMAGES =
      EnumSet.of(Family.CNN, Family.VISION, Family.GENERATIVE);

  /**
   * Fits a model to data.
   *
   * @param weights the model's parameters live in this scope
   * @throws IllegalArgumentException if they do not go together
   */
  static SupervisedSetup of(TrainConfig config, Scope weights) {
    ModelEntry<?> entry = Catalog.entry(config.model());
    if (entry.family() == Family.GNN) {
      return GraphSetup.of(config, entry, weights);
    }
    DataSplits splits = DataSource.open(Path.of(config.data()), config.dataset());
    requireNumbersOrText(config, entry, splits);
    CatalogModel<?> model;
    try (Scope.Entered _ = weights.enter()) {
      model =
          entry.create(
              entry.settings(DataSettings.of(entry, splits, config.modelSettings())),
              Initializer.of(DType.FLOAT32, config.seed()));
    }
    if (READ_IMAGES.contains(entry.family())) {
      model.requireImages(Shape.of(sizes(splits.train().spec())));
    }
    return new SupervisedSetup(
        model, new TrainingData(splits, config), task(config, splits, model));
  }

  /** Refuses text for a model that reads numbers, and numbers for one that reads text. */
  private static void requireNumbersOrText(
      TrainConfig config, ModelEntry<?> entry, DataSplits data) {
    boolean readsText =
        entry.inputs(entry.settings(Map.of())).getFirst().kind() == InputTensor.Kind.INTEGERS;
    boolean isText = data.train().spec().kind() == ExampleSpec.Kind.TOKENS;
    if (isText && !readsText) {
      throw new IllegalArgumentException(
          data.vocabulary().isPresent()
              ? "%s learns from numbers, but %s holds text: %s"
                  .formatted(entry.name(), config.data(), modelsOfText(entry))
              : "%s learns from numbers, but %s holds ids: store the tensor input as floats"
                  .formatted(entry.name(), config.data()));
    }
    if (readsText && !isText) {
      throw new IllegalArgumentException(
          "%s learns from text, but an example of %s is %s numbers: %s is the model for sequences of them"
              .formatted(
                  entry.name(),
                  config.data(),
                  data.train().spec().shape(),
                  entry.name().replace("char-", "")));
    }
  }

  private static String modelsOfText(ModelEntry<?> entry) {
    return entry.family() == Family.RNN
        ? "char-%s is the model for it".formatted(entry.name())
        : "char-rnn, char-lstm and char-gru are the models for it";
  }

  private static int[] sizes(ExampleSpec spec) {
    return spec.sizes().stream().mapToInt(Integer::intValue).toArray();
  }

  private static SupervisedTask task(TrainConfig config, DataSplits splits, CatalogModel<?> model) {
    Module module = model.module();
    Optional<GenerativeModel> generative = GenerativeModel.of(model);
    if (generative.isPresent()) {
      return new ImageModelling(module, generative.get().objective());
    }
    if (module instanceof GoogLeNet network) {
      return new Classification(
          module, network, x -> allLogits(network, x), config.labelSmoothing());
    }
    if (!(module instanceof Layer network)) {
      throw new IllegalArgumentException(
          config.model() + " does not learn from " + splits.description());
    }
    if (splits.vocabulary().isPresent()) {
      return new CharacterModelling(module, network);
    }
    return splits.train().spec().numClasses() > 0
        ? new Classification(module, network, config.labelSmoothing())
        : new Regression(module, network);
  }

  /** Its own logits, then those of its auxiliary heads where it has them. */
  private static List<Tensor> allLogits(GoogLeNet network, Tensor x) {
    GoogLeNet.Outputs outputs = network.forwardWithAuxiliary(x);
    List<Tensor> all = new ArrayList<>(List.of(outputs.logits()));
    all.addAll(outputs.auxiliary());
    return all;
  }
}
