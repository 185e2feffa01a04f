package io.troupe.training.schedule;

import io.troupe.protocols.config.ScheduleConfig;

/**
 * The learning rate of each optimizer step.
 *
 * @param config shape of the schedule
 * @param learningRate peak learning rate
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
    long since = step - warmup;
    double left = Math.max(1, totalSteps - warmup);
    return switch (config) {
      case ScheduleConfig.Constant _ -> 1;
      case ScheduleConfig.Linear _ -> Math.max(0, (totalSteps - step) / left);
      case ScheduleConfig.Cosine(int _, double cycles) ->
          Math.max(0, 0.5 * (1 + Math.cos(Math.PI * cycles * 2 * (since / left))));
      case ScheduleConfig.Step(int _, int stepSize, double gamma) ->
          Math.pow(gamma, since / stepSize);
      case ScheduleConfig.MultiStep(int _, var milestones, double gamma) ->
          Math.pow(gamma, milestones.stream().filter(milestone -> milestone <= since).count());
      case ScheduleConfig.CosineAnnealing(int _, int tMax, double etaMin) -> {
        double lowest = etaMin / learningRate;
        yield between(1, lowest, since / (tMax == 0 ? left : tMax));
      }
      case ScheduleConfig.OneCycle cycle -> factor(cycle, step);
    };
  }

  private double factor(ScheduleConfig.OneCycle cycle, long step) {
    double first = 1 / cycle.divFactor();
    double last = first / cycle.finalDivFactor();
    double top = cycle.pctStart() * totalSteps - 1;
    double end = totalSteps - 1;
    if (step <= top) {
      return top == 0 ? 1 : between(first, 1, step / top);
    }
    return step >= end ? last : between(1, last, (step - top) / (end - top));
  }

  /** A half cosine wave between two numbers as {@code share} increases from 0 to 1. */
  private static double between(double from, double to, double share) {
    return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * share));
  }
}
