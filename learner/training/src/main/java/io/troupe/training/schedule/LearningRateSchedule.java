package io.troupe.training.schedule;

import io.troupe.protocols.config.ScheduleConfig;

/**
 * The learning rate of each optimizer step.
 *
 * @param config its shape
 * @param learningRate the rate at its highest
 * @param totalSteps optimizer steps of the whole run
 */
public record LearningRateSchedule(ScheduleConfig config, double learningRate, long totalSteps) {

  /** The rate of optimizer step {@code step}, counted from 0. */
  public double at(long step) {
    return learningRate * factor(step);
  }

  private double factor(long step) {
    int warmup = config.warmupSteps();
    if (step < warmup) {
      return (double) step / warmup;
    }
    double left = Math.max(1, totalSteps - warmup);
    return switch (config) {
      case ScheduleConfig.Constant _ -> 1;
      case ScheduleConfig.Linear _ -> Math.max(0, (totalSteps - step) / left);
      case ScheduleConfig.Cosine(int _, double cycles) ->
          Math.max(0, 0.5 * (1 + Math.cos(Math.PI * cycles * 2 * ((step - warmup) / left))));
    };
  }
}
