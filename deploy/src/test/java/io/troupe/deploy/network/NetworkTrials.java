package io.troupe.deploy.network;

import io.troupe.deploy.trials.DelayTable;
import io.troupe.deploy.trials.LocalRun;
import io.troupe.deploy.trials.TrialResult;
import io.troupe.deploy.trials.TrialSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes clustered runs over a network with faults, compares their weights with those of a local
 * run, and prints how long each fault delayed the run. {@code docs/cluster.md} has the command.
 */
@Command(
    name = "network-trials",
    mixinStandardHelpOptions = true,
    description = "Needs Linux, root, and the TUN driver.")
final class NetworkTrials implements Callable<Integer> {
  @Parameters(paramLabel = "TROUPE", description = "The launcher of Troupe.")
  private Path troupe;

  @Parameters(paramLabel = "DIR", description = "A new directory for the files of the trials.")
  private Path directory;

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

  @Option(names = "--coordinator-nodes", defaultValue = "1")
  private int coordinators;

  @Option(names = "--learners", defaultValue = "2")
  private int learners;

  @Option(names = "--rollouts", defaultValue = "2")
  private int rollouts;

  @Option(names = "--reward-nodes", defaultValue = "0")
  private int rewards;

  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

  private NetworkTrials() {}

  /** Runs the program. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new NetworkTrials()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(directory);
    TrialSetup setup =
        new TrialSetup(
            List.of(troupe.toAbsolutePath().toString()),
            directory.toAbsolutePath(),
            LocalRun.settings(steps),
            coordinators,
            learners,
            rollouts,
            rewards,
            false);
    LocalRun reference = LocalRun.of(setup);
    Deque<PlannedFault> faults = new ArrayDeque<>();
    sets.forEach(set -> faults.addAll(PlannedFault.of(set, setup.names())));
    List<TrialResult> results = new ArrayList<>();
    while (!faults.isEmpty()) {
      TrialResult result = trial(setup, "trial-" + (results.size() + 1), faults, reference);
      out.println(result);
      results.add(result);
    }
    DelayTable table = new DelayTable(results);
    table.print(out);
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
