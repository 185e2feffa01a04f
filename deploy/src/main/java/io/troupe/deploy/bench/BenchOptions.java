package io.troupe.deploy.bench;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options of every benchmark. */
final class BenchOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "Number of compute threads. 0: one per core (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  /** The number of compute threads. */
  int threads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** Measures the machine and prints the head of the report. */
  BenchSession open() throws Exception {
    require(threads >= 0, "--threads", threads, "0 or more");
    return BenchSession.open(spec.commandLine().getOut(), json, threads());
  }

  /** Rejects the command line unless a condition holds. */
  void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), name + " must be " + expected + ", got " + value);
    }
  }

  /** Rejects the command line unless all counts are at least 1. */
  void requireCounts(Iterable<Integer> counts) {
    counts.forEach(count -> require(count >= 1, "a count", count, "1 or more"));
  }
}
