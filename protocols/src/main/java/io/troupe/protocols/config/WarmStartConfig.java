package io.troupe.protocols.config;

import com.typesafe.config.Config;

/**
 * Supervised fine-tuning before the first GRPO step.
 *
 * @param data file of demonstrations, .jsonl, .json or .parquet: rows with the prompt, as in {@code
 *     data}, and the column {@code completion}; empty for none
 * @param steps optimizer steps; 0 for no warm start
 * @param batchSize demonstrations in a step
 * @param learningRate of AdamW, constant after a tenth of warm-up
 */
public record WarmStartConfig(String data, int steps, int batchSize, double learningRate) {

  /** Checks the ranges. */
  public WarmStartConfig {
    Settings.require(steps >= 0, "warm-start.steps", steps, "set 0 (none) or more");
    Settings.require(batchSize >= 1, "warm-start.batch-size", batchSize, "set 1 or more");
    Settings.require(
        learningRate > 0 && Double.isFinite(learningRate),
        "warm-start.learning-rate",
        learningRate,
        "set a positive number");
    Settings.require(
        steps == 0 || !data.isEmpty(),
        "warm-start.steps",
        steps,
        "set warm-start.data to a file of demonstrations, or 0 steps");
  }

  /** Reads the section {@code warm-start}. */
  public static WarmStartConfig from(Config config) {
    return new WarmStartConfig(
        config.getString("data"),
        config.getInt("steps"),
        config.getInt("batch-size"),
        config.getDouble("learning-rate"));
  }
}
