package io.troupe.deploy;

import io.troupe.actors.faults.FaultReport;
import io.troupe.actors.faults.FaultRuns;
import io.troupe.actors.faults.FaultSimulation;
import io.troupe.actors.faults.SeedResult;
import io.troupe.deploy.faults.FaultOutput;
import io.troupe.deploy.faults.FaultProgress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code troupe faults}: simulates clusters with faults. */
@Command(
    name = "faults",
    sortOptions = false,
    description = {
      "Simulates clusters in virtual time and injects faults into them, one simulation per seed.",
      "Processes are killed, paused and restarted; messages are lost, late, doubled, reordered and"
          + " corrupt; disks are slow, full and lose unsynced writes. The code of coordinator, log,"
          + " learners, rollouts and rewards is that of a real cluster.",
      "The exit status is 1 if an invariant is violated, or if a kind of fault had no effect in"
          + " 200 seeds or more."
    },
    footer = {
      "",
      "troupe faults --seeds 1000",
      "troupe faults --seed 17 --trace     repeats a seed and prints its last events"
    })
final class FaultsCommand implements Callable<Integer> {
  private static final int DEFAULT_SEEDS = 1000;
  private static final int MAX_SEEDS = 10_000_000;
  private static final int TRACE_LINES = 400;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Number of seeds (default: " + DEFAULT_SEEDS + ", or 1 with --seed).")
  private Integer seeds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The first seed (default: 1); the others follow it.")
  private Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of simulations at the same time (default: number of processors).")
  private Integer threads;

  @Option(
      names = "--trace",
      description = "Print the last events of each seed: virtual time in seconds, node, event.")
  private boolean trace;

  @Option(names = "--json", description = "Print a JSON object per seed and a summary.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    int numSeeds = seeds != null ? seeds : seed == null ? DEFAULT_SEEDS : 1;
    int numThreads = threads != null ? threads : Runtime.getRuntime().availableProcessors();
    require(numSeeds >= 1 && numSeeds <= MAX_SEEDS, "--seeds", "from 1 to " + MAX_SEEDS, numSeeds);
    require(numThreads >= 1 && numThreads <= 1024, "--threads", "from 1 to 1024", numThreads);
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    FaultOutput printed = new FaultOutput(output.out(), output.style(), json, trace);
    FaultProgress progress =
        new FaultProgress(output.out(), output.terminal() && !json, numSeeds, System::nanoTime);
    FaultReport report =
        new FaultRuns(this::simulate, numThreads)
            .run(
                seed == null ? 1 : seed,
                numSeeds,
                result -> {
                  progress.clear();
                  printed.seed(result);
                  if (!json) {
                    progress.advance();
                  }
                });
    progress.clear();
    printed.summary(report, progress.elapsed());
    boolean unseen =
        numSeeds >= FaultOutput.MIN_SEEDS_FOR_ALL_KINDS && !report.witnesses().unseen().isEmpty();
    return report.numFailures() > 0 || unseen ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private SeedResult simulate(long oneSeed) {
    return FaultSimulation.simulate(oneSeed, TRACE_LINES);
  }

  private void require(boolean met, String option, String expected, int value) {
    if (!met) {
      throw new ParameterException(
          spec.commandLine(), "%s must be %s, got %d".formatted(option, expected, value));
    }
  }
}
