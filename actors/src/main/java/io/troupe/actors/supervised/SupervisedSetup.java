package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSource;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.nn.Module;
import io.troupe.nn.adversarial.AdversarialPair;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.cyclegan.CycleGan;
import io.troupe.nn.generative.UnsupervisedLoss;
import io.troupe.nn.layers.BatchNorm;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.DistillationLoss;
import io.troupe.nn.losses.StudentLogits;
import io.troupe.nn.recurrent.CharacterLanguageModel;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.Capability;
import io.troupe.nn.registry.Family;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.nn.stylegan2.StyleGan2;
import io.troupe.protocols.config.DistillationConfig;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.streams.batch.LastBatch;
import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.training.alternating.AdversarialImages;
import io.troupe.training.alternating.ImageTranslation;
import io.troupe.training.alternating.StyleBasedImages;
import io.troupe.training.generated.GeneratedImages;
import io.troupe.training.supervised.CharacterModelling;
import io.troupe.training.supervised.Classification;
import io.troupe.training.supervised.DepthEstimation;
import io.troupe.training.supervised.Distillation;
import io.troupe.training.supervised.ImageModelling;
import io.troupe.training.supervised.ImageTextMatching;
import io.troupe.training.supervised.Regression;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.TrainingTask;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model with the data and the task that it is trained for.
 *
 * @param model with its initial weights
 * @param data for training and evaluation
 * @param task that the model is trained for
 * @param files written beside the resulting weights
 */
record SupervisedSetup(
    BuiltModel<?> model, TrainingData data, TrainingTask task, ResultFiles files) {
  private static final Logger LOG = LoggerFactory.getLogger(SupervisedSetup.class);

  /** Capabilities of models whose generated images a classifier can measure. */
  private static final List<Class<?>> MEASURED =
      List.of(
          Capability.LearnAdversarially.class,
          Capability.LearnStyles.class,
          Capability.TranslateImages.class);

  /** A setup whose result has no further files. */
  SupervisedSetup(BuiltModel<?> model, TrainingData data, TrainingTask task) {
    this(model, data, task, ResultFiles.NONE);
  }

  /**
   * Creates a model for a dataset.
   *
   * @param weights the scope of the model's parameters
   * @throws IllegalArgumentException if the model cannot be trained on the data
   */
  static SupervisedSetup of(TrainConfig config, Scope weights) {
    ModelEntry<?> entry = ModelRegistry.supervised(config.model());
    if (entry.has(Capability.ClassifyNodes.class) || entry.has(Capability.ClassifyGraphs.class)) {
      return GraphSetup.of(config, entry, weights);
    }
    if (TextSetup.isFor(entry)) {
      return TextSetup.of(config, entry, weights);
    }
    if (!config.pretrained().isEmpty()) {
      throw new IllegalArgumentException(
          "pretrained must be empty for %s, got %s".formatted(entry.name(), config.pretrained()));
    }
    if (entry.has(Capability.ClassifyTypedNodes.class)) {
      return HeteroSetup.of(config, entry, weights);
    }
    if (entry.has(Capability.PredictPositions.class)) {
      return ParticleSetup.of(config, entry, weights);
    }
    requireNoClassifier(config, entry);
    if (entry.has(Capability.DenoiseLatents.class)) {
      return DiffusionSetup.of(config, entry, weights);
    }
    if (entry.has(Capability.ControlLatents.class)) {
      return ControlNetSetup.of(config, entry, weights);
    }
    DataSplits read = DataSource.open(config.data(), config.dataset());
    DataSplits splits = entry.has(Capability.TranslateImages.class) ? read.unpaired() : read;
    requireNumbersOrText(config, entry, splits);
    BuiltModel<?> model;
    try (Scope.Entered _ = weights.enter()) {
      model =
          entry.create(
              entry.settings(DataSettings.of(entry, splits, config.modelSettings())),
              Initializer.of(DType.FLOAT32, config.seed()));
    }
    model.requireImages(shapeOf(splits.train().spec()));
    TrainingTask task;
    try (Scope.Entered _ = weights.enter()) {
      task = task(config, splits, model);
    }
    return new SupervisedSetup(
        model,
        new TrainingData(splits, config, lastBatch(config, splits, model)),
        task,
        files(model, splits));
  }

  private static ResultFiles files(BuiltModel<?> model, DataSplits splits) {
    return model
        .imageTextModel()
        .<ResultFiles>map(clip -> new ClipFiles(clip, Captions.of(splits).orElseThrow()))
        .orElse(ResultFiles.NONE);
  }

  private static void requireNoClassifier(TrainConfig config, ModelEntry<?> entry) {
    if (!config.evaluationClassifier().isEmpty() && MEASURED.stream().noneMatch(entry::has)) {
      throw new IllegalArgumentException(
          "evaluation-classifier must be empty for %s, got %s; it measures images of %s"
              .formatted(
                  entry.name(),
                  config.evaluationClassifier(),
                  MEASURED.stream()
                      .flatMap(capability -> ModelRegistry.namesWith(capability).stream())
                      .collect(Collectors.joining(", "))));
    }
  }

  /** In training, batch normalization needs more than one example. */
  private static LastBatch lastBatch(TrainConfig config, DataSplits data, BuiltModel<?> model) {
    if (model.module().modules().stream().noneMatch(BatchNorm.class::isInstance)) {
      return LastBatch.KEEP;
    }
    int numExamples = data.train().size();
    if (config.batchSize() > 1
        && numExamples > config.batchSize()
        && numExamples % config.batchSize() == 1) {
      LOG.warn(
          "the last batch of each epoch would have one example, which batch normalization cannot"
              + " train on: it is left out ({} examples, batch-size {})",
          numExamples,
          config.batchSize());
    }
    return LastBatch.DROP_SINGLE;
  }

  /** Rejects text for a model that reads numbers, and numbers for one that reads text. */
  private static void requireNumbersOrText(
      TrainConfig config, ModelEntry<?> entry, DataSplits data) {
    if (entry.has(Capability.MatchTexts.class)) {
      Captions.required(config, entry, data);
    }
    boolean readsText = entry.has(Capability.SampleText.class);
    boolean isText = data.train().spec().kind() == ExampleSpec.Kind.TOKENS;
    if (isText && !readsText) {
      throw new IllegalArgumentException(
          data.vocabulary().isPresent()
              ? "data for %s must be numbers, got text in %s; models that learn from text are %s"
                  .formatted(
                      entry.name(),
                      config.data(),
                      String.join(", ", ModelRegistry.namesWith(Capability.SampleText.class)))
              : "data for %s must be numbers, got token ids in %s; store the tensor input as floats"
                  .formatted(entry.name(), config.data()));
    }
    if (readsText && !isText) {
      throw new IllegalArgumentException(
          "data for %s must be text, got %s numbers per example in %s; models for sequences of numbers are %s"
              .formatted(
                  entry.name(),
                  data.train().spec().shape(),
                  config.data(),
                  String.join(", ", classifiersOf(entry.family()))));
    }
  }

  private static List<String> classifiersOf(Family family) {
    return ModelRegistry.supervised().stream()
        .filter(entry -> entry.family() == family && entry.has(Capability.Classify.class))
        .map(ModelEntry::name)
        .toList();
  }

  /** The shape of one example. */
  static Shape shapeOf(ExampleSpec spec) {
    return Shape.of(spec.sizes().stream().mapToInt(Integer::intValue).toArray());
  }

  /** The task of a model; a teacher is loaded into the current scope. */
  private static TrainingTask task(TrainConfig config, DataSplits splits, BuiltModel<?> model) {
    if (!config.distillation().teacher().isEmpty()) {
      return distillation(config, splits, model);
    }
    Module module = model.module();
    Optional<ClipModel> matching = model.imageTextModel();
    if (matching.isPresent()) {
      return new ImageTextMatching(matching.get(), Captions.of(splits).orElseThrow().candidates());
    }
    if (model.depthEstimator().isPresent()) {
      requireDepths(config, splits);
      return new DepthEstimation(module, model.depthEstimator().get()::apply);
    }
    Optional<AdversarialPair> pair = model.adversarialPair();
    if (pair.isPresent()) {
      return new AdversarialImages(pair.get(), judge(config, splits));
    }
    Optional<StyleGan2> styles = model.styleNetworks();
    if (styles.isPresent()) {
      return new StyleBasedImages(
          styles.get(), model.styleObjective().orElseThrow(), judge(config, splits));
    }
    Optional<CycleGan> translator = model.translator();
    if (translator.isPresent()) {
      return new ImageTranslation(
          translator.get(),
          shapeOf(splits.train().spec()),
          evaluationClassifier(config)
              .map(weights -> LoadedClassifier.EVALUATION.load(weights, config, splits)));
    }
    Optional<UnsupervisedLoss> objective = model.objective();
    if (objective.isPresent()) {
      return new ImageModelling(module, objective.get());
    }
    Optional<CharacterLanguageModel> characters = model.characterModel();
    if (characters.isPresent() && splits.vocabulary().isPresent()) {
      return new CharacterModelling(module, characters.get());
    }
    Function<Tensor, List<Tensor>> logits =
        model
            .classifier()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s must be trained on text, got %s"
                            .formatted(config.model(), splits.description())));
    Layer network = input -> logits.apply(input).getFirst();
    return splits.train().spec().numClasses() > 0
        ? new Classification(module, network, logits, config.labelSmoothing())
        : new Regression(module, network);
  }

  private static Optional<GeneratedImages.Judge> judge(TrainConfig config, DataSplits splits) {
    return evaluationClassifier(config)
        .map(weights -> LoadedClassifier.EVALUATION.loadJudge(weights, config, splits));
  }

  private static Optional<String> evaluationClassifier(TrainConfig config) {
    return Optional.of(config.evaluationClassifier()).filter(weights -> !weights.isEmpty());
  }

  private static void requireDepths(TrainConfig config, DataSplits splits) {
    if (!splits.train().batch(0).containsKey("target")) {
      throw new IllegalArgumentException(
          "data for %s must have the depth of each pixel as target, got %s; for --data shapes use --shapes-label depth"
              .formatted(config.model(), splits.description()));
    }
  }

  private static SupervisedTask distillation(
      TrainConfig config, DataSplits splits, BuiltModel<?> model) {
    Function<Tensor, StudentLogits> student =
        model
            .student()
            .filter(_ -> splits.train().spec().numClasses() > 0)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "a model that learns from a teacher must classify, got %s on %s"
                            .formatted(config.model(), splits.description())));
    Function<Tensor, List<Tensor>> logits = model.classifier().orElseThrow();
    DistillationConfig given = config.distillation();
    return new Distillation(
        model.module(),
        input -> logits.apply(input).getFirst(),
        student,
        LoadedClassifier.TEACHER.load(given.teacher(), config, splits),
        switch (given.type()) {
          case HARD -> new DistillationLoss.Hard();
          case SOFT -> new DistillationLoss.Soft(given.tau());
        },
        given.alpha(),
        config.labelSmoothing());
  }
}
