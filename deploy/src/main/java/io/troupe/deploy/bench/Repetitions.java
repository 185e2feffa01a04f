package io.troupe.deploy.bench;

import java.util.List;
import picocli.CommandLine.Option;

/** The options for the number of repetitions of a workload that is long, or one whole run. */
final class Repetitions {
  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "5",
      description = "Repetitions before the measured ones (default: ${DEFAULT-VALUE}).")
  private int warmUps;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "9",
      description =
          "Measured repetitions, of which the median is reported (default: ${DEFAULT-VALUE}).")
  private int repeats;

  int warmUps() {
    return warmUps;
  }

  int repeats() {
    return repeats;
  }

  void check(BenchOptions options) {
    options.require(warmUps >= 0, "--warm-ups", warmUps, "0 or more");
    options.requireCounts(List.of(repeats));
  }
}
