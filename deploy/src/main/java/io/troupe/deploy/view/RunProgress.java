package io.troupe.deploy.view;

import io.troupe.deploy.view.ShownFigures.Measured;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** How far a run is and how it fares. Views share it; not thread-safe. */
final class RunProgress {
  private static final int FEWEST_FOR_PACE = 4;

  /** When a step was done. */
  private record StepEnd(long step, long timeNs) {}

  private final ShownFigures shown;
  private final LongSupplier clockNs;
  private final long startNs;
  private final List<Double> mains = new ArrayList<>();
  private final List<Measured> measured = new ArrayList<>();
  private Map<String, Double> metrics = Map.of();
  private String phase = "starting";
  private long step;
  private long steps;
  private final List<StepEnd> stepEnds = new ArrayList<>();
  private double warmStartLoss = Double.NaN;

  /**
   * Begins now.
   *
   * @param shown which figures are kept
   * @param clockNs tells the time, as {@link System#nanoTime}
   */
  RunProgress(ShownFigures shown, LongSupplier clockNs) {
    this.shown = shown;
    this.clockNs = clockNs;
    this.startNs = clockNs.getAsLong();
  }

  /** Steps are counted anew until training has begun: evaluations in between change nothing. */
  void phase(String name) {
    phase = name;
    if (mains.isEmpty()) {
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
    metric(shown.main()).ifPresent(mains::add);
  }

  private void advance(long doneStep, long allSteps) {
    if (doneStep <= step) {
      stepEnds.clear(); // a learner that was restarted does steps again
    }
    step = doneStep;
    steps = allSteps;
    stepEnds.add(new StepEnd(doneStep, clockNs.getAsLong()));
  }

  /** The figure of the evaluation that is shown, if it has one. */
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

  /** The share of the phase's steps that are done; 0 when it has none. */
  double share() {
    return steps == 0 ? 0 : (double) step / steps;
  }

  /** The loss of the warm start's last step; NaN before there is one. */
  double warmStartLoss() {
    return warmStartLoss;
  }

  /** The main metric of each step so far. */
  List<Double> mains() {
    return mains;
  }

  /** What evaluations gave, in their order. */
  List<Measured> measured() {
    return measured;
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
    int done = stepEnds.size();
    if (done < FEWEST_FOR_PACE) {
      return null;
    }
    StepEnd half = stepEnds.get(done / 2);
    StepEnd last = stepEnds.getLast();
    double perStepNs = (double) (last.timeNs() - half.timeNs()) / (last.step() - half.step());
    return Duration.ofNanos(Math.round(perStepNs * (steps - step)));
  }
}
