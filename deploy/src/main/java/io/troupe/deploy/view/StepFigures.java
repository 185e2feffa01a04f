package io.troupe.deploy.view;

import java.time.Duration;

/** The metrics of a step in one line. */
final class StepFigures {
  private StepFigures() {}

  /** The metrics of the last step, each with two spaces before it. */
  static String of(RunProgress progress) {
    StringBuilder line = new StringBuilder();
    ShownFigures shown = progress.shown();
    progress
        .metric(shown.main())
        .ifPresent(
            v -> line.append("  %s %s".formatted(shown.main(), Figures.metric(shown.main(), v))));
    progress
        .metric(shown.pace())
        .ifPresent(v -> line.append("  %s %s".formatted(Figures.count(v), shown.paceUnit())));
    Duration left = progress.left();
    if (left != null) {
      line.append("  ").append(Figures.time(left)).append(" left");
    }
    return line.toString();
  }
}
