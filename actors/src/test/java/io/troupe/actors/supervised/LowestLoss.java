package io.troupe.actors.supervised;

import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;

/** The lowest training loss of the steps of a run. */
final class LowestLoss implements RunListener {
  /** The entropy of a label of two classes of which half is spread: no loss is lower. */
  static final double OF_HALF_SMOOTHED = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);

  private volatile double lowest = Double.POSITIVE_INFINITY;

  @Override
  public void onEvent(RunEvent event) {
    if (event instanceof RunEvent.StepTrained trained) {
      lowest = Math.min(lowest, trained.metrics().get("loss"));
    }
  }

  double value() {
    return lowest;
  }
}
