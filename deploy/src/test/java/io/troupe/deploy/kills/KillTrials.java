package io.troupe.deploy.kills;

import io.troupe.deploy.trials.DelayTable;
import io.troupe.deploy.trials.LocalRun;
import io.troupe.deploy.trials.TrialOptions;
import io.troupe.deploy.trials.TrialResult;
import io.troupe.deploy.trials.TrialSetup;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Makes clustered runs whose processes are killed at random times, compares their weights with
 * those of a local run, and prints how long each kill delayed the run. {@code docs/cluster.md} has
 * the command.
 */
@Command(name = "kill-trials", mixinStandardHelpOptions = true)
final class KillTrials implements Callable<Integer> {
  @Mixin private TrialOptions options;

  @Option(names = "--trials", defaultValue = "5", description = "Number of runs.")
  private int trials;

  @Option(names = "--kills", defaultValue = "10", description = "Maximum of faults per run.")
  private int kills;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the first trial.")
  private long seed;

  @Option(names = "--steps", defaultValue = "400", description = "Number of steps per run.")
  private int steps;

  @Option(names = "--spares", defaultValue = "2", description = "Spare processes of the cluster.")
  private int spares;

  @Option(names = "--victims", split = ",", description = "Names of the processes to kill.")
  private List<String> victims = List.of();

  @Option(
      names = "--action",
      description = "What happens to the victims, in order, instead of random kills of them.")
  private PlannedFault.Action action;

  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

  private KillTrials() {}

  /** Runs the program. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new KillTrials()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    TrialSetup setup = options.setup(steps, spares);
    LocalRun reference = LocalRun.of(setup);
    List<TrialResult> results = new ArrayList<>();
    for (long trial = seed; trial < seed + trials; trial++) {
      TrialResult result =
          KillTrial.run(setup, "trial-" + trial, faults(setup, trial), true, reference);
      out.println(result);
      results.add(result);
    }
    new DelayTable(results).print(out);
    return results.stream().allMatch(TrialResult::isUndisturbed) ? 0 : 1;
  }

  private List<PlannedFault> faults(TrialSetup setup, long trial) {
    List<String> names = victims.isEmpty() ? setup.names() : victims;
    if (action == null) {
      return PlannedFault.random(new Random(trial), names, kills);
    }
    Random random = new Random(trial);
    return names.stream()
        .map(name -> new PlannedFault(name, action, 2, PlannedFault.delay(random)))
        .toList();
  }
}
