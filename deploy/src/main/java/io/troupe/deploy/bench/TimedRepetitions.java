package io.troupe.deploy.bench;

import io.troupe.deploy.bench.result.Timings;
import picocli.CommandLine.Option;

/** The options for the repetitions of a workload that can be repeated for a given time. */
final class TimedRepetitions implements Timings.Plan {
  /** The compilers are busy with the code around the kernels for some seconds. */
  private static final double WARM_UP_SECONDS = 8;

  private static final double SECONDS = 6;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      description =
          "Repetitions before the measured ones (default: as many as fit into 8 s, 2 to 500).")
  private Integer warmUps;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description =
          "Measured repetitions, of which the median is reported (default: as many as fit into 6 s,"
              + " 3 to 500).")
  private Integer repeats;

  @Override
  public Timings measure(Timings.Work work) throws Exception {
    if (warmUps == null) {
      Timings.during(WARM_UP_SECONDS, 2, work);
    } else {
      Timings.repeat(warmUps, work);
    }
    return repeats == null ? Timings.during(SECONDS, 3, work) : Timings.of(0, repeats, work);
  }

  void check(BenchOptions options) {
    options.require(warmUps == null || warmUps >= 0, "--warm-ups", warmUps, "0 or more");
    options.require(repeats == null || repeats >= 1, "--repeats", repeats, "1 or more");
  }
}
