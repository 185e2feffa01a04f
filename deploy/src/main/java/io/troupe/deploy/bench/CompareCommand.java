package io.troupe.deploy.bench;

import io.troupe.deploy.bench.result.Comparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code troupe bench compare}. */
@Command(
    name = "compare",
    description = {
      "Compares results that bench --json wrote to two files, such as those of two commits.",
      "A file may contain results of several benchmarks and processes. Measurements are marked as"
          + " faster or slower if the ranges of both files do not overlap: the range of the medians"
          + " of several processes, or of the middle half of the repetitions of one process."
          + " A difference of the reference loop is one of the machine."
    })
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "File of JSON lines.")
  private Path before;

  @Parameters(index = "1", paramLabel = "AFTER", description = "File of JSON lines.")
  private Path after;

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Override
  public Integer call() {
    Comparison comparison = Comparison.of(before, after);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      comparison.printJson(out);
    } else {
      comparison.print(out);
    }
    out.flush();
    return 0;
  }
}
