package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The configuration of a supervised run.
 *
 * @param model name of the model in the registry
 * @param modelSettings hyperparameters of the model that differ from its defaults
 * @param pretrained folder of a model whose sizes and weights the run starts from; empty for random
 *     weights
 * @param data file or directory of the examples, or the name of {@link GeneratedData}
 * @param dataset how the examples are read
 * @param text how texts are tokenized and labeled
 * @param seed seed of every random choice in the run
 * @param epochs number of passes over the training set
 * @param batchSize examples per step; 0 for all of them
 * @param augment augmentation of training images, such as {@code crop=4,flip}; empty for none
 * @param evalEpochs epochs between evaluations; at least 1
 * @param maxEvalExamples maximum number of examples to evaluate on; 0 for all
 * @param saveSteps steps between checkpoints; 0 for one after every evaluation
 * @param logSteps steps between lines of metrics
 * @param folds number of folds of a dataset of many graphs; 0 for 10
 * @param fold fold that is the test set, from 0
 * @param numNeighbors size of a sample of the graph, for GraphSAGE and HGT; empty: the whole graph
 * @param labelSmoothing share of each label that is distributed over the classes
 * @param emaDecay decay of the running average of the weights; 0 for none
 * @param patience evaluations without improvement after which the run ends; 0: no early stopping
 * @param minDelta minimum improvement that counts as one
 * @param evaluationClassifier weights of a classifier that evaluations of generated images use;
 *     empty for none
 * @param distillation learning from a teacher
 * @param diffusion training of latent diffusion
 * @param keepBest whether the result has the weights of the best evaluation or the last ones
 * @param threads threads of the compute pool; 0 for one per core
 * @param memoryLimit maximum memory for tensors, in bytes; 0 for a share of the machine\'s
 * @param prefetch maximum number of batches prepared ahead of the learner
 * @param optimizer the optimizer
 * @param schedule the learning rate over the run
 * @param batchDeadline maximum wait of the learner for a batch
 * @param stepDeadline maximum duration of a step
 * @param evaluationDeadline maximum duration of an evaluation
 * @param checkpointDeadline maximum duration of reading or writing a checkpoint
 * @param stopDeadline maximum wait for the end of a thread after an interrupt
 * @param source the HOCON that this was read from, resolved and with every default; {@code
 *     config.conf} of the run directory
 */
public record TrainConfig(
    String model,
    Map<String, String> modelSettings,
    String pretrained,
    String data,
    DatasetConfig dataset,
    TextConfig text,
    long seed,
    int epochs,
    int batchSize,
    String augment,
    int evalEpochs,
    int maxEvalExamples,
    int saveSteps,
    int logSteps,
    int folds,
    int fold,
    List<Integer> numNeighbors,
    double labelSmoothing,
    double emaDecay,
    int patience,
    double minDelta,
    String evaluationClassifier,
    DistillationConfig distillation,
    DiffusionConfig diffusion,
    boolean keepBest,
    int threads,
    long memoryLimit,
    int prefetch,
    OptimizerConfig optimizer,
    ScheduleConfig schedule,
    Duration batchDeadline,
    Duration stepDeadline,
    Duration evaluationDeadline,
    Duration checkpointDeadline,
    Duration stopDeadline,
    Config source) {

  /** Every key, with its default. */
  public static final Section SECTION =
      Section.of(
          "troupe-train",
          "Settings of a supervised run, and their defaults. A model's recipe may set others.");

  private static final Key<RunKind> KIND =
      SECTION.add(
          "kind",
          RunKind.type(),
          RunKind.SUPERVISED,
          RunKind.SUPERVISED.only(),
          "Kind of the run. Written to config.conf; it cannot be set.");
  private static final Key<String> MODEL =
      SECTION.add("model", ValueType.TEXT, "", "Model: one of those that troupe models lists.");
  private static final Key<Map<String, String>> MODEL_SETTINGS =
      SECTION.add(
          "model-settings",
          ValueType.TEXT_MAP,
          Map.of(),
          "Hyperparameters of the model, such as { hidden_size = 128 }; the option --set sets"
              + " them.");
  private static final Key<String> PRETRAINED =
      SECTION.add(
          "pretrained",
          ValueType.PATH,
          "",
          "Hugging Face folder of a pretrained model, such as the result of another run: the run"
              + " starts from its sizes, weights and tokenizer. Empty: random weights.");
  private static final Key<String> DATA =
      SECTION.add(
          "data",
          ValueType.DATA,
          "",
          "Examples: a directory (MNIST's idx files, images by class, a graph), a file (.csv, .txt,"
              + " .safetensors), or shapes or nbody, which are generated.");
  private static final Key<Long> SEED =
      SECTION.add("seed", ValueType.LONG, 42L, "Seed of every random choice in the run.");
  private static final Key<Integer> EPOCHS =
      SECTION.add(
          "epochs", ValueType.INT, 10, Range.atLeast(1), "Number of passes over the training set.");
  private static final Key<Integer> BATCH_SIZE =
      SECTION.add(
          "batch-size",
          ValueType.INT,
          64,
          Range.atLeast(0),
          "Examples per step. 0: the full training set.");
  private static final Key<String> AUGMENT =
      SECTION.add(
          "augment",
          ValueType.TEXT,
          "",
          "Augmentation of training images, such as crop=4,flip,rotate=10. Empty: none.");
  private static final Key<Integer> EVAL_EPOCHS =
      SECTION.add(
          "eval-epochs",
          ValueType.INT,
          1,
          Range.atLeast(1),
          "Number of epochs between evaluations.");
  private static final Key<Integer> MAX_EVAL_EXAMPLES =
      SECTION.add(
          "max-eval-examples",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Maximum number of examples to evaluate on. 0: all.");
  private static final Key<Integer> SAVE_STEPS =
      SECTION.add(
          "save-steps",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Number of steps between checkpoints. The last step always writes one. 0: after every"
              + " evaluation.");
  private static final Key<Integer> LOG_STEPS =
      SECTION.add(
          "log-steps",
          ValueType.INT,
          10,
          Range.atLeast(1),
          "Number of steps between lines of metrics.");
  private static final Key<Integer> FOLDS =
      SECTION.add(
          "folds",
          ValueType.INT,
          0,
          new Range<>(folds -> folds == 0 || folds >= 2, "0 or >= 2", ""),
          "Number of folds of a dataset of many graphs; one of them is the test set. 0: 10.");
  private static final Key<Integer> FOLD =
      SECTION.add("fold", ValueType.INT, 0, Range.atLeast(0), "Fold that is the test set, from 0.");
  private static final Key<List<Integer>> NUM_NEIGHBORS =
      SECTION.add(
          "num-neighbors",
          ValueType.INTS,
          List.of(),
          "The part of the graph that a step samples around its nodes. GraphSAGE: edges per node at"
              + " each hop, such as 10,10; -1: all. HGT: nodes of each type in each iteration."
              + " Empty: each step processes the whole graph.");
  private static final Key<Double> LABEL_SMOOTHING =
      SECTION.add(
          "label-smoothing",
          ValueType.DOUBLE,
          0.0,
          Range.between(0, 1),
          "Share of each label that is distributed over all classes.");
  private static final Key<Double> EMA_DECAY =
      SECTION.add(
          "ema-decay",
          ValueType.DOUBLE,
          0.0,
          Range.below(0, 1),
          "Decay of the running average of the weights, which is evaluated and saved. 0: no"
              + " average.");
  private static final Key<String> EVALUATION_CLASSIFIER =
      SECTION.add(
          "evaluation-classifier",
          ValueType.PATH,
          "",
          "Weights of a trained classifier, with the model.json of its run beside them, with which"
              + " generated and translated images are measured. Empty: none.");
  private static final Key<Boolean> KEEP_BEST =
      SECTION.add(
          "keep-best",
          ValueType.BOOLEAN,
          false,
          "Keep the weights of the best evaluation instead of the last ones. The validation set"
              + " decides, or the test set if there is none.");
  private static final Key<Integer> THREADS =
      SECTION.add(
          "threads",
          ValueType.INT,
          0,
          Range.between(0, 1024),
          "Number of compute threads. 0: one per core.");
  private static final Key<Long> MEMORY_LIMIT =
      SECTION.add(
          "memory-limit",
          ValueType.BYTES,
          0L,
          Range.atLeast(0),
          "Maximum memory for tensors, such as 8g. 0: 90 % of the memory of the machine or"
              + " container.");
  private static final Key<Integer> PREFETCH =
      SECTION.add(
          "prefetch",
          ValueType.INT,
          4,
          Range.between(1, 64),
          "Maximum number of batches prepared ahead of the learner.");

  private static final Section EARLY_STOPPING =
      SECTION.add(Section.of("early-stopping", "Early stopping."));
  private static final Key<Integer> PATIENCE =
      EARLY_STOPPING.add(
          "patience",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Number of evaluations without improvement after which the run ends. 0: no early"
              + " stopping.");
  private static final Key<Double> MIN_DELTA =
      EARLY_STOPPING.add(
          "min-delta",
          ValueType.DOUBLE,
          0.0,
          Range.atLeast(0),
          "Minimum improvement that counts as one.");

  private static final Section DISTILLATION = SECTION.add(DistillationConfig.SECTION);
  private static final Section DIFFUSION = SECTION.add(DiffusionConfig.SECTION);
  private static final Section DATASET = SECTION.add(DatasetConfig.SECTION);
  private static final Section TEXT = SECTION.add(TextConfig.SECTION);
  private static final Section OPTIMIZER =
      SECTION.add(
          OptimizerKeys.SECTION.withDefaults(
              Map.of(
                  "optim",
                  "adam",
                  "learning-rate",
                  1e-3,
                  "weight-decay-on",
                  "all",
                  "max-grad-norm",
                  0)));
  private static final Section SCHEDULE =
      SECTION.add(ScheduleKeys.SECTION.withDefaults(Map.of("lr-scheduler-type", "constant")));

  private static final Section DEADLINES =
      SECTION.add(
          Section.qualified(
              "deadlines", "Maximum duration of each operation; the error names the overdue one."));
  private static final Key<Duration> BATCH_DEADLINE =
      DEADLINES.add(
          "batch",
          ValueType.DURATION,
          Duration.ofMinutes(5),
          DeadlineConfig.positive(),
          "The learner's wait for its next batch.");
  private static final Key<Duration> STEP_DEADLINE =
      DEADLINES.add(
          "step",
          ValueType.DURATION,
          Duration.ofMinutes(30),
          DeadlineConfig.positive(),
          "One step.");
  private static final Key<Duration> EVALUATION_DEADLINE =
      DEADLINES.add(
          "evaluation",
          ValueType.DURATION,
          DeadlineConfig.DEFAULT_EVALUATION,
          DeadlineConfig.positive(),
          "One evaluation.");
  private static final Key<Duration> CHECKPOINT_DEADLINE =
      DEADLINES.add(
          "checkpoint",
          ValueType.DURATION,
          DeadlineConfig.DEFAULT_CHECKPOINT,
          DeadlineConfig.positive(),
          "Reading or writing of one checkpoint.");
  private static final Key<Duration> STOP_DEADLINE =
      DEADLINES.add(
          "stop",
          ValueType.DURATION,
          DeadlineConfig.DEFAULT_STOP,
          DeadlineConfig.positive(),
          DeadlineConfig.STOP_DOC);

  /** Checks the ranges and copies the collections. */
  public TrainConfig {
    modelSettings = Map.copyOf(modelSettings);
    numNeighbors = List.copyOf(numNeighbors);
    EPOCHS.check(epochs);
    BATCH_SIZE.check(batchSize);
    EVAL_EPOCHS.check(evalEpochs);
    MAX_EVAL_EXAMPLES.check(maxEvalExamples);
    SAVE_STEPS.check(saveSteps);
    LOG_STEPS.check(logSteps);
    FOLDS.check(folds);
    FOLD.check(fold);
    LABEL_SMOOTHING.check(labelSmoothing);
    EMA_DECAY.check(emaDecay);
    PATIENCE.check(patience);
    MIN_DELTA.check(minDelta);
    THREADS.check(threads);
    MEMORY_LIMIT.check(memoryLimit);
    PREFETCH.check(prefetch);
    BATCH_DEADLINE.check(batchDeadline);
    STEP_DEADLINE.check(stepDeadline);
    EVALUATION_DEADLINE.check(evaluationDeadline);
    CHECKPOINT_DEADLINE.check(checkpointDeadline);
    STOP_DEADLINE.check(stopDeadline);
  }

  /**
   * Reads the keys of {@link #SECTION}; a missing key has its default.
   *
   * @throws IllegalArgumentException if a key has the wrong type or is out of range
   */
  public static TrainConfig from(Config config) {
    Config all = config.withFallback(SECTION.defaults());
    KIND.check(KIND.read(all));
    Config earlyStopping = EARLY_STOPPING.in(all);
    Config deadlines = DEADLINES.in(all);
    return new TrainConfig(
        MODEL.read(all),
        MODEL_SETTINGS.read(all),
        PRETRAINED.read(all),
        DATA.read(all),
        DatasetConfig.from(DATASET.in(all)),
        TextConfig.from(TEXT.in(all)),
        SEED.read(all),
        EPOCHS.read(all),
        BATCH_SIZE.read(all),
        AUGMENT.read(all),
        EVAL_EPOCHS.read(all),
        MAX_EVAL_EXAMPLES.read(all),
        SAVE_STEPS.read(all),
        LOG_STEPS.read(all),
        FOLDS.read(all),
        FOLD.read(all),
        NUM_NEIGHBORS.read(all),
        LABEL_SMOOTHING.read(all),
        EMA_DECAY.read(all),
        PATIENCE.read(earlyStopping),
        MIN_DELTA.read(earlyStopping),
        EVALUATION_CLASSIFIER.read(all),
        DistillationConfig.from(DISTILLATION.in(all)),
        DiffusionConfig.from(DIFFUSION.in(all)),
        KEEP_BEST.read(all),
        THREADS.read(all),
        MEMORY_LIMIT.read(all),
        PREFETCH.read(all),
        OptimizerConfig.from(OPTIMIZER.in(all)),
        ScheduleConfig.from(SCHEDULE.in(all)),
        BATCH_DEADLINE.read(deadlines),
        STEP_DEADLINE.read(deadlines),
        EVALUATION_DEADLINE.read(deadlines),
        CHECKPOINT_DEADLINE.read(deadlines),
        STOP_DEADLINE.read(deadlines),
        all);
  }

  /** The configuration as HOCON text, which {@link #from} reads back. */
  public String render() {
    return source
        .root()
        .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
  }
}
