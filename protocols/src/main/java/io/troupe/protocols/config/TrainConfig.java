package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that a supervised run is told.
 *
 * @param model its name in the catalog
 * @param modelSettings hyperparameters of the model that are not as it has them by itself
 * @param data file or folder that is learned from
 * @param dataset how that is read
 * @param seed everything random in the run comes from it
 * @param epochs passes over the training examples
 * @param batchSize examples in a step; 0 for all of them
 * @param augment changes to training pictures, such as {@code crop=4,flip}; empty for none
 * @param evalEpochs measure after every so many epochs; at least 1
 * @param maxEvalExamples measured on, at most; 0 for all
 * @param saveSteps write a checkpoint after every so many steps; 0 for after every evaluation
 * @param logSteps a line of metrics after every so many steps
 * @param folds parts that many graphs are cut into, one of them held out as test part; 0 for 10
 * @param fold which part that is, from 0
 * @param numNeighbors edges per node at each hop that a step of GraphSAGE draws, -1 for all; empty
 *     for steps over the whole graph
 * @param labelSmoothing share of each label that is spread over the classes
 * @param emaDecay of the running average of the weights; 0 for none
 * @param patience evaluations without a better one before the run ends; 0 to never end early
 * @param minDelta by how much better is better
 * @param keepBest whether the weights of the best evaluation are the result, or the last ones
 * @param threads of the compute pool; 0 for one per core
 * @param prefetch batches that are made ahead of the learner, at most
 * @param optimizer how gradients move the weights
 * @param schedule how the learning rate moves
 * @param batchDeadline how long the learner waits for a batch
 * @param stepDeadline how long a step, or what is due after it, may take
 * @param source the HOCON that this was read from, resolved; {@code config.conf} of the run folder
 */
public record TrainConfig(
    String model,
    Map<String, String> modelSettings,
    String data,
    DatasetConfig dataset,
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
    boolean keepBest,
    int threads,
    int prefetch,
    OptimizerConfig optimizer,
    ScheduleConfig schedule,
    Duration batchDeadline,
    Duration stepDeadline,
    Config source) {

  /** Checks the ranges and copies the map. */
  public TrainConfig {
    modelSettings = Map.copyOf(modelSettings);
    numNeighbors = List.copyOf(numNeighbors);
    Settings.require(epochs >= 1, "epochs", epochs, "set 1 or more");
    Settings.require(batchSize >= 0, "batch-size", batchSize, "set 1 or more, or 0 for all");
    Settings.require(evalEpochs >= 1, "eval-epochs", evalEpochs, "set 1 or more");
    Settings.require(maxEvalExamples >= 0, "max-eval-examples", maxEvalExamples, "set 0 or more");
    Settings.require(saveSteps >= 0, "save-steps", saveSteps, "set 0 or more");
    Settings.require(logSteps >= 1, "log-steps", logSteps, "set 1 or more");
    Settings.require(folds == 0 || folds >= 2, "folds", folds, "set 2 or more, or 0");
    Settings.require(fold >= 0, "fold", fold, "set 0 or more");
    Settings.require(
        labelSmoothing >= 0 && labelSmoothing <= 1,
        "label-smoothing",
        labelSmoothing,
        "set it in [0, 1]");
    Settings.require(emaDecay >= 0 && emaDecay < 1, "ema-decay", emaDecay, "set it in [0, 1)");
    Settings.require(patience >= 0, "patience", patience, "set 0 or more");
    Settings.require(Settings.isNotNegative(minDelta), "min-delta", minDelta, "set 0 or more");
    Settings.require(
        threads >= 0 && threads <= 1024, "threads", threads, "set 0 (one per core) to 1024");
    Settings.require(prefetch >= 1 && prefetch <= 64, "prefetch", prefetch, "set 1 to 64");
    Settings.require(
        batchDeadline.isPositive(), "deadlines.batch", batchDeadline, "set a positive duration");
    Settings.require(
        stepDeadline.isPositive(), "deadlines.step", stepDeadline, "set a positive duration");
  }

  /**
   * Reads the section {@code troupe-train}, which {@code reference.conf} gives a default for every
   * key.
   *
   * @throws IllegalArgumentException if a key is missing, has the wrong type or is out of range
   */
  public static TrainConfig from(Config config) {
    try {
      return read(config);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static TrainConfig read(Config config) {
    return new TrainConfig(
        config.getString("model"),
        texts(config, "model-settings"),
        config.getString("data"),
        DatasetConfig.from(config.getConfig("dataset")),
        config.getLong("seed"),
        config.getInt("epochs"),
        config.getInt("batch-size"),
        config.getString("augment"),
        config.getInt("eval-epochs"),
        config.getInt("max-eval-examples"),
        config.getInt("save-steps"),
        config.getInt("log-steps"),
        config.getInt("folds"),
        config.getInt("fold"),
        neighbors(config.getString("num-neighbors")),
        config.getDouble("label-smoothing"),
        config.getDouble("ema-decay"),
        config.getInt("early-stopping.patience"),
        config.getDouble("early-stopping.min-delta"),
        config.getBoolean("keep-best"),
        config.getInt("threads"),
        config.getInt("prefetch"),
        OptimizerConfig.from(config.getConfig("optimizer")),
        ScheduleConfig.from(config.getConfig("schedule")),
        config.getDuration("deadlines.batch"),
        config.getDuration("deadlines.step"),
        config);
  }

  private static List<Integer> neighbors(String written) {
    try {
      return written.isBlank()
          ? List.of()
          : Arrays.stream(written.split(",")).map(String::strip).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "num-neighbors=" + written + ": write whole numbers, such as 10,10", e);
    }
  }

  private static Map<String, String> texts(Config config, String path) {
    Map<String, String> texts = new LinkedHashMap<>();
    config
        .getObject(path)
        .forEach(
            (name, value) -> {
              if (value.valueType() == ConfigValueType.OBJECT) {
                throw new IllegalArgumentException(
                    path + "." + name + " is a section: write name = value");
              }
              texts.put(name, text(value.unwrapped()));
            });
    return texts;
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? String.join(",", list.stream().map(String::valueOf).toList())
        : String.valueOf(value);
  }

  /** The configuration as HOCON text, which {@link #from} reads back. */
  public String render() {
    return source
        .root()
        .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
  }
}
