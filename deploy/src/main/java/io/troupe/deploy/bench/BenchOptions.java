package io.troupe.deploy.bench;

import io.troupe.deploy.bench.result.ProcessSpread;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ExitCode;
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

  @Option(
      names = FreshProcesses.OPTION,
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Number of fresh processes that run this benchmark one after the other; of more than one,"
              + " the spread of their medians is reported (default: ${DEFAULT-VALUE}).")
  private int processes;

  /** A benchmark. */
  interface Body {
    void run(BenchSession session) throws Exception;
  }

  /**
   * Runs a benchmark in this process, or its command line in several other ones.
   *
   * @return the exit status
   */
  int measure(Body body) throws Exception {
    require(threads >= 0, "--threads", threads, "0 or more");
    require(processes >= 1, FreshProcesses.OPTION, processes, "1 or more");
    PrintWriter out = spec.commandLine().getOut();
    if (processes > 1) {
      measureInProcesses(out);
      return ExitCode.OK;
    }
    int computing = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    try (BenchSession session = BenchSession.open(out, json, computing)) {
      body.run(session);
    }
    return ExitCode.OK;
  }

  private void measureInProcesses(PrintWriter out) throws IOException, InterruptedException {
    CommandSpec root = spec.root();
    FreshProcesses fresh =
        FreshProcesses.ofOneEach(
            root.userObject().getClass().getName(),
            root.commandLine().getParseResult().originalArgs());
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      fresh.run(
          line -> {
            lines.add(line);
            if (json) {
              out.println(line);
              out.flush();
            }
          });
    }
    if (!json) {
      ProcessSpread.of(lines).print(out);
      out.flush();
    }
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
