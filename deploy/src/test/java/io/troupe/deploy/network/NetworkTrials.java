package io.troupe.deploy.network;

import io.troupe.deploy.trials.DelayTable;
import io.troupe.deploy.trials.LocalRun;
import io.troupe.deploy.trials.TrialOptions;
import io.troupe.deploy.trials.TrialResult;
import io.troupe.deploy.trials.TrialSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Makes clustered runs over a network with faults, compares their weights with those of a local
 * run, and prints how long each fault delayed the run. {@code docs/cluster.md} has the command.
 */
@Command(
    name = "network-trials",
    mixinStandardHelpOptions = true,
    description = "Needs Linux, root, and the TUN driver.")
final class NetworkTrials implements Callable<Integer> {
  @Mixin private TrialOptions options;

  @Option(
      names = "--faults",
      split = ",",
      defaultValue = "LOSS,DELAY,PAIRS,HALVES,ONE_WAY",
      description = "Sets of faults (default: ${DEFAULT-VALUE}).")
  private List<PlannedFault.Set> sets;

  @Option(
      names = "--seconds",
      defaultValue = "6",
      description = "How long each fault lasts (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--steps",
      defaultValue = "600",
      description = "Steps per run; as many runs as the faults need (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of lost packets.")
  private long seed;

  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

  private NetworkTrials() {}

  /** Runs the program. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new NetworkTrials()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    TrialSetup setup = options.setup(steps, 0);
    LocalRun reference = LocalRun.of(setup);
    Deque<PlannedFault> faults = new ArrayDeque<>();
    sets.forEach(set -> faults.addAll(PlannedFault.of(set, setup.names())));
    List<TrialResult> results = new ArrayList<>();
    while (!faults.isEmpty()) {
      TrialResult result = trial(setup, "trial-" + (results.size() + 1), faults, reference);
      out.println(result);
      results.add(result);
    }
    new DelayTable(results).print(out);
    return results.stream().allMatch(TrialResult::isUndisturbed) ? 0 : 1;
  }

  private TrialResult trial(
      TrialSetup setup, String name, Deque<PlannedFault> faults, LocalRun reference)
      throws IOException, InterruptedException {
    NamespaceNetwork network = NamespaceNetwork.create(setup.names(), seed);
    Thread cleanUp = Thread.ofPlatform().unstarted(() -> close(network)); // on Ctrl-C
    Runtime.getRuntime().addShutdownHook(cleanUp);
    try {
      return NetworkTrial.run(
          setup, name, network, faults, Duration.ofSeconds(seconds), reference, out::println);
    } finally {
      network.close();
      Runtime.getRuntime().removeShutdownHook(cleanUp);
    }
  }

  private void close(NamespaceNetwork network) {
    try {
      network.close();
    } catch (IOException e) {
      out.println(e.getMessage());
    }
  }
}
