package io.troupe.protocols.config;

import com.typesafe.config.Config;

/**
 * Supervised fine-tuning before the first GRPO step.
 *
 * @param data file of demonstrations, .jsonl, .json, .csv, .tsv or .parquet: the prompt's columns
 *     as in {@code data}, and the column {@code completion}; empty for none
 * @param steps number of optimizer steps; 0 for no warm start
 * @param batchSize demonstrations per step
 * @param learningRate AdamW's learning rate: linear warm-up over a tenth of the steps, then
 *     constant
 */
public record WarmStartConfig(String data, int steps, int batchSize, double learningRate) {

  static final Section SECTION =
      Section.qualified("warm-start", "Supervised fine-tuning before the first GRPO step.");

  private static final Key<String> DATA =
      SECTION.add(
          "data",
          ValueType.PATH,
          "",
          "Demonstrations: a .jsonl, .json, .csv, .tsv or .parquet file with the columns of the"
              + " prompt and the column completion.");
  private static final Key<Integer> STEPS =
      SECTION.add(
          "steps",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Number of optimizer steps. 0: no warm start.");
  private static final Key<Integer> BATCH_SIZE =
      SECTION.add("batch-size", ValueType.INT, 32, Range.atLeast(1), "Demonstrations per step.");
  private static final Key<Double> LEARNING_RATE =
      SECTION.add(
          "learning-rate",
          ValueType.DOUBLE,
          1e-3,
          Range.above(0),
          "AdamW's learning rate: linear warm-up over a tenth of the steps, then constant.");

  /** Checks the ranges. */
  public WarmStartConfig {
    STEPS.check(steps);
    BATCH_SIZE.check(batchSize);
    LEARNING_RATE.check(learningRate);
    STEPS.require(
        steps == 0 || !data.isEmpty(),
        steps,
        "0 without demonstrations",
        "set " + DATA.label() + " to a file of demonstrations");
  }

  /** Reads the section {@code warm-start}; a missing key has its default. */
  public static WarmStartConfig from(Config config) {
    return new WarmStartConfig(
        DATA.read(config), STEPS.read(config), BATCH_SIZE.read(config), LEARNING_RATE.read(config));
  }
}
