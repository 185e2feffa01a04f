package io.troupe.deploy.bench;

import io.troupe.deploy.bench.kernel.KernelGroup;
import io.troupe.deploy.bench.kernel.KernelRates;
import io.troupe.deploy.bench.kernel.KernelSummary;
import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.tensor.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe bench kernels}. */
@Command(
    name = "kernels",
    sortOptions = false,
    description = {
      "Measures kernels with the shapes of the other benchmarks, in two to three minutes: first"
          + " each kernel until it no longer becomes faster, then all of them in three turns.",
      "A rate in GFLOP/s is compared with multiply-adds in registers, a rate in GB/s with"
          + " sequential reads of a buffer as large as the operands that are read in turn."
          + " Convolutions are counted as the multiply-adds of the direct algorithm."
    })
final class KernelBenchCommand implements Callable<Integer> {
  @Option(
      names = "--only",
      split = ",",
      paramLabel = "GROUP",
      defaultValue = "products,convolutions,attention",
      description = "Groups of kernels: ${COMPLETION-CANDIDATES} (default: all).")
  private List<KernelGroup> groups;

  @Option(
      names = "--match",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Measure only kernels whose title contains this text (default: all).")
  private String text;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "0.06",
      description = "Time for each kernel (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws Exception {
    options.require(seconds > 0, "--seconds", seconds, "> 0");
    return options.measure(this::measure);
  }

  private void measure(BenchSession session) throws Exception {
    List<BenchResult> results = new ArrayList<>();
    try (Engine engine = session.engine()) {
      KernelRates rates = new KernelRates(engine, session.reference(), seconds);
      for (KernelGroup group : groups) {
        rates.measure(
            group,
            text,
            result -> {
              results.add(result);
              session.report().add(result);
            });
      }
    }
    for (BenchResult total : KernelSummary.networkTotals(results)) {
      session.report().add(total);
    }
    KernelSummary.products(results).ifPresent(session.report()::note);
  }
}
