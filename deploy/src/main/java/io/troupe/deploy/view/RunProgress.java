package io.troupe.deploy.view;

import io.troupe.actors.run.EvaluationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** How far a run is and how it fares. Views share it; not thread-safe. */
final class RunProgress {
  private static final int FEWEST_FOR_PACE = 4;

  private final LongSupplier clockNs;
  private final long startNs;
  private final List<Double> rewards = new ArrayList<>();
  private final List<Double> accuracies = new ArrayList<>();
  private Map<String, Double> metrics = Map.of();
  private String phase = "starting";
  private long step;
  private long steps;
  private final List<Long> stepEndsNs = new ArrayList<>();
  private double loss = Double.NaN;

  /**
   * Begins now.
   *
   * @param clockNs tells the time, as {@link System#nanoTime}
   */
  RunProgress(LongSupplier clockNs) {
    this.clockNs = clockNs;
    this.startNs = clockNs.getAsLong();
  }

  /** Steps are counted anew until training has begun: evaluations in between change nothing. */
  void phase(String name) {
    phase = name;
    if (rewards.isEmpty()) {
      step = 0;
      steps = 0;
      stepEndsNs.clear();
    }
  }

  void warmStartStep(int doneStep, int allSteps, double stepLoss) {
    advance(doneStep, allSteps);
    loss = stepLoss;
  }

  void step(long doneStep, long allSteps, Map<String, Double> stepMetrics) {
    advance(doneStep, allSteps);
    metrics = stepMetrics;
    metric("reward").ifPresent(rewards::add);
  }

  private void advance(long doneStep, long allSteps) {
    step = doneStep;
    steps = allSteps;
    stepEndsNs.add(clockNs.getAsLong());
  }

  void evaluation(EvaluationResult result) {
    if (!Double.isNaN(result.accuracy())) {
      accuracies.add(result.accuracy());
    }
  }

  String phase() {
    return phase;
  }

  long step() {
    return step;
  }

  long steps() {
    return steps;
  }

  /** The share of the phase's steps that are done; 0 when it has none. */
  double share() {
    return steps == 0 ? 0 : (double) step / steps;
  }

  /** The loss of the warm start's last step. */
  double loss() {
    return loss;
  }

  List<Double> rewards() {
    return rewards;
  }

  /** Held-out accuracies, in the order in which they were measured. */
  List<Double> accuracies() {
    return accuracies;
  }

  /** A metric of the last step, if it had it and it is a number. */
  OptionalDouble metric(String name) {
    Double value = metrics.get(name);
    return value == null || !Double.isFinite(value)
        ? OptionalDouble.empty()
        : OptionalDouble.of(value);
  }

  /** Since the run was started or resumed. */
  Duration elapsed() {
    return Duration.ofNanos(clockNs.getAsLong() - startNs);
  }

  /**
   * Until the last step, at the pace of the later half of those done, as the first ones are slow;
   * null before there is one.
   */
  Duration left() {
    int done = stepEndsNs.size();
    if (done < FEWEST_FOR_PACE) {
      return null;
    }
    int half = done / 2;
    long perStepNs = (stepEndsNs.getLast() - stepEndsNs.get(half)) / Math.max(1, done - 1 - half);
    return Duration.ofNanos(perStepNs * (steps - step));
  }
}
