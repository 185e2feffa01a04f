package io.troupe.deploy.network;

import io.troupe.deploy.trials.Commits;
import io.troupe.deploy.trials.Delays;
import io.troupe.deploy.trials.Disturbance;
import io.troupe.deploy.trials.LeaderEpochs;
import io.troupe.deploy.trials.LocalRun;
import io.troupe.deploy.trials.TrialResult;
import io.troupe.deploy.trials.TrialSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** One run of a cluster whose network has faults, one after the other. */
final class NetworkTrial {
  private static final Duration LIMIT = Duration.ofMinutes(3); // for anything but the end
  private static final Duration END_LIMIT = Duration.ofMinutes(10); // for all steps that are left
  private static final Duration SETTLED = Duration.ofSeconds(3);
  private static final int STEPS_BETWEEN = 3;

  private final TrialSetup setup;
  private final String name;
  private final Path run;
  private final Duration faultTime;
  private final Consumer<String> rows;
  private final List<Disturbance> disturbances = new ArrayList<>();
  private NetworkedCluster cluster;
  private Commits commits;
  private int numFaults;

  private NetworkTrial(TrialSetup setup, String name, Duration faultTime, Consumer<String> rows) {
    this.setup = setup;
    this.name = name;
    this.run = setup.run(name);
    this.faultTime = faultTime;
    this.rows = rows;
  }

  /**
   * Runs a cluster to the end of its run.
   *
   * @param name of the trial and its directory
   * @param network of the nodes, which is closed at the end
   * @param faults that are still to happen; the trial removes each fault when it begins
   * @param faultTime how long each lasts
   * @param rows receives a line for each fault
   */
  static TrialResult run(
      TrialSetup setup,
      String name,
      NamespaceNetwork network,
      Deque<PlannedFault> faults,
      Duration faultTime,
      LocalRun reference,
      Consumer<String> rows)
      throws IOException, InterruptedException {
    return new NetworkTrial(setup, name, faultTime, rows).run(network, faults, reference);
  }

  private TrialResult run(NamespaceNetwork network, Deque<PlannedFault> faults, LocalRun reference)
      throws IOException, InterruptedException {
    cluster = NetworkedCluster.start(setup, run, network);
    try (NetworkedCluster _ = cluster;
        Commits following = new Commits(setup.logs(run))) {
      commits = following;
      while (!faults.isEmpty() && isReady()) {
        cluster.awaitContact(LIMIT); // a node that was started again may be late
        happens(faults.removeFirst());
      }
      String failure = cluster.await(END_LIMIT);
      cluster.messages().forEach(rows);
      return result(failure.isEmpty() ? 0 : 1, reference.hasWeightsOf(run));
    }
  }

  /** Waits until the run has made some steps since the last fault; false if it ends before. */
  private boolean isReady() throws InterruptedException {
    long next = commits.numSteps() + STEPS_BETWEEN;
    if (next >= setup.steps()) {
      return false;
    }
    commits.awaitStep(next, LIMIT);
    return true;
  }

  private void happens(PlannedFault planned) throws InterruptedException {
    PacketSwitch network = cluster.packetSwitch();
    long lost = network.numLost();
    long delayed = network.numDelayed();
    int stepsBefore = commits.numSteps();
    int restarts = cluster.messages().size();
    long startNs = disturb(planned, planned.kind());
    network.apply(planned.fault());
    Thread.sleep(faultTime);
    int stepsDuring = commits.numSteps() - stepsBefore;
    network.apply(LinkFault.NONE);
    long healedNs = disturb(planned, planned.kind() + ", healed");
    numFaults++;
    if (!isReady()) {
      return;
    }
    Thread.sleep(SETTLED);
    List<Long> times = commits.timesNs();
    long nowNs = System.nanoTime();
    rows.accept(
        "%-48s %4d steps during, longest gap %5.2f s, after healing %5.2f s, %5d lost, %5d delayed,"
                .formatted(
                    planned.fault().description(),
                    stepsDuring,
                    new Disturbance("", "", startNs).longestGapNs(times, nowNs) / 1e9,
                    new Disturbance("", "", healedNs).longestGapNs(times, nowNs) / 1e9,
                    network.numLost() - lost,
                    network.numDelayed() - delayed)
            + " %d restarts".formatted(cluster.messages().size() - restarts));
  }

  private long disturb(PlannedFault planned, String kind) {
    long now = System.nanoTime();
    disturbances.add(new Disturbance(planned.fault().description(), kind, now));
    return now;
  }

  private TrialResult result(int status, boolean sameWeights) throws IOException {
    Delays delays = new Delays(disturbances, commits.timesNs(), System.nanoTime());
    return new TrialResult(
        name,
        status,
        sameWeights,
        numFaults,
        cluster.messages().size(),
        LeaderEpochs.numShared(run),
        commits.groups(),
        delays.usualNs(),
        delays.list());
  }
}
