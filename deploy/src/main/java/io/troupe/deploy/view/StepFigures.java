package io.troupe.deploy.view;

import java.time.Duration;

/** The figures of a step in one line. */
final class StepFigures {
  private StepFigures() {}

  /** What is known of the last step, each with two spaces before it. */
  static String of(RunProgress progress) {
    StringBuilder line = new StringBuilder();
    progress.metric("reward").ifPresent(v -> line.append("  reward ").append(Figures.decimal(v)));
    progress
        .metric("tokens_per_second")
        .ifPresent(v -> line.append("  ").append(Figures.count(v)).append(" tokens/s"));
    Duration left = progress.left();
    if (left != null) {
      line.append("  ").append(Figures.time(left)).append(" left");
    }
    return line.toString();
  }
}
