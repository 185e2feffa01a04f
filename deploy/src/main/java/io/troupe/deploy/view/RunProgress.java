package io.troupe.deploy.view;

import io.troupe.deploy.view.ShownFigures.Measured;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** The progress and the metrics of a run, for all views. Not thread-safe. */
final class RunProgress {
  private static final int MIN_STEPS_FOR_ESTIMATE = 4;

  /** The end of a step. */
  private record StepEnd(long step, long timeNs) {}

  private final ShownFigures shown;
  private final LongSupplier clockNs;
  private final long startNs;
  private final List<Double> mainValues = new ArrayList<>();
  private final List<Measured> measured = new ArrayList<>();
  private Map<String, Double> metrics = Map.of();
  private String phase = "starting";
  private long step;
  private long steps;
  private final List<StepEnd> stepEnds = new ArrayList<>();
  private double warmStartLoss = Double.NaN;

  /**
   * Starts the clock.
   *
   * @param shown the metrics to keep
   * @param clockNs returns the time, as {@link System#nanoTime}
   */
  RunProgress(ShownFigures shown, LongSupplier clockNs) {
    this.shown = shown;
    this.clockNs = clockNs;
    this.startNs = clockNs.getAsLong();
  }

  /** Starts a phase. Before the first training step it resets the step count. */
  void phase(String name) {
    phase = name;
    if (mainValues.isEmpty()) {
      step = 0;
      steps = 0;
      stepEnds.clear();
    }
  }

  void warmStartStep(int doneStep, int allSteps, double stepLoss) {
    advance(doneStep, allSteps);
    warmStartLoss = stepLoss;
  }

  void step(long doneStep, long allSteps, Map<String, Double> stepMetrics) {
    advance(doneStep, allSteps);
    metrics = stepMetrics;
    metric(shown.main()).ifPresent(mainValues::add);
  }

  private void advance(long doneStep, long allSteps) {
    if (doneStep <= step) {
      stepEnds.clear(); // a restarted learner repeats steps
    }
    step = doneStep;
    steps = allSteps;
    stepEnds.add(new StepEnd(doneStep, clockNs.getAsLong()));
  }

  /** Records an evaluation; returns its metric to show, if it has one. */
  Optional<Measured> evaluation(Map<String, Double> figures) {
    Optional<Measured> figure = shown.of(figures);
    figure.ifPresent(measured::add);
    return figure;
  }

  ShownFigures shown() {
    return shown;
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

  /** The fraction of the phase's steps that have ended; 0 without steps. */
  double fraction() {
    return steps == 0 ? 0 : (double) step / steps;
  }

  /** The loss of the last warm-start step; NaN before the first. */
  double warmStartLoss() {
    return warmStartLoss;
  }

  /** The values of the main metric so far, one per step. */
  List<Double> mainValues() {
    return mainValues;
  }

  /** The metric of each evaluation, in order. */
  List<Measured> measured() {
    return measured;
  }

  /** A metric of the last step, if it has a finite value. */
  OptionalDouble metric(String name) {
    Double value = metrics.get(name);
    return value == null || !Double.isFinite(value)
        ? OptionalDouble.empty()
        : OptionalDouble.of(value);
  }

  /** Time since the run was started or resumed. */
  Duration elapsed() {
    return Duration.ofNanos(clockNs.getAsLong() - startNs);
  }

  /**
   * Estimated time until the last step, from the later half of the steps so far, since the first
   * ones are slow; null before there is an estimate.
   */
  Duration left() {
    int done = stepEnds.size();
    if (done < MIN_STEPS_FOR_ESTIMATE) {
      return null;
    }
    StepEnd half = stepEnds.get(done / 2);
    StepEnd last = stepEnds.getLast();
    double perStepNs = (double) (last.timeNs() - half.timeNs()) / (last.step() - half.step());
    return Duration.ofNanos(Math.round(perStepNs * (steps - step)));
  }
}
