package io.troupe.training.sft;

import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WarmStartConfig;
import io.troupe.protocols.config.WeightDecayOn;

/**
 * The settings of fine-tuning.
 *
 * @param steps optimizer steps of the whole training
 * @param batchSize demonstrations per step
 * @param optimizer the optimizer
 * @param schedule of the learning rate
 * @param microBatchTokens packed tokens per forward and backward pass, 0 to derive them from the
 *     model; the result does not depend on it beyond rounding
 * @param logitsBytes memory for the logits of a pass, in bytes
 */
public record SftConfig(
    int steps,
    int batchSize,
    OptimizerConfig optimizer,
    ScheduleConfig schedule,
    int microBatchTokens,
    long logitsBytes) {

  /** Checks the counts. */
  public SftConfig {
    if (steps < 0 || batchSize < 1 || microBatchTokens < 0 || logitsBytes < 1) {
      throw new IllegalArgumentException(
          "steps and micro-batch-tokens must be >= 0, and batch-size and logits-bytes >= 1, got %d, %d, %d and %d"
              .formatted(steps, microBatchTokens, batchSize, logitsBytes));
    }
  }

  /**
   * The warm start of a run: AdamW without weight decay, gradients clipped to a norm of 1, and a
   * learning rate that is constant after a warm-up of a tenth of the steps.
   *
   * @param grpo with the size of a pass
   */
  public static SftConfig of(WarmStartConfig warmStart, GrpoConfig grpo) {
    return new SftConfig(
        warmStart.steps(),
        warmStart.batchSize(),
        new OptimizerConfig.AdamW(
            warmStart.learningRate(), 0.9, 0.999, 1e-8, 0, new WeightDecayOn.Matrices(), 1),
        new ScheduleConfig.Constant(warmStart.steps() / 10),
        grpo.microBatchTokens(),
        grpo.logitsBytes());
  }
}
