package io.troupe.deploy.kills;

import io.troupe.deploy.trials.Commits;
import io.troupe.deploy.trials.Delays;
import io.troupe.deploy.trials.Disturbance;
import io.troupe.deploy.trials.LeaderEpochs;
import io.troupe.deploy.trials.LocalRun;
import io.troupe.deploy.trials.TrialResult;
import io.troupe.deploy.trials.TrialSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run of a cluster whose processes suffer faults. */
final class KillTrial {
  private static final Duration LIMIT = Duration.ofMinutes(5); // for anything
  private static final Duration SUSPENDED = Duration.ofSeconds(30);
  private static final Duration HOST_AWAY = Duration.ofSeconds(15);

  private final TrialSetup setup;
  private final String name;
  private final Path run;
  private final boolean oneAtATime;
  private final List<Disturbance> disturbances = new ArrayList<>();
  private ClusterProcess cluster;
  private Commits commits;
  private int numFaults;
  private int numStartedAgain;

  private KillTrial(TrialSetup setup, String name, boolean oneAtATime) {
    this.setup = setup;
    this.name = name;
    this.run = setup.run(name);
    this.oneAtATime = oneAtATime;
  }

  /**
   * Runs a cluster to the end of its run.
   *
   * @param name of the trial and its directory
   * @param faults in order; those that have not happened at the end of the run do not
   * @param oneAtATime whether each waits until all processes take part again
   * @param reference the same run in one process
   */
  static TrialResult run(
      TrialSetup setup,
      String name,
      List<PlannedFault> faults,
      boolean oneAtATime,
      LocalRun reference)
      throws IOException, InterruptedException {
    return new KillTrial(setup, name, oneAtATime).run(faults, reference);
  }

  private TrialResult run(List<PlannedFault> faults, LocalRun reference)
      throws IOException, InterruptedException {
    cluster = ClusterProcess.start(setup.cluster(run), run);
    try (Commits following = new Commits(setup.logs(run))) {
      commits = following;
      for (PlannedFault fault : faults) {
        if (!happens(fault)) {
          break;
        }
      }
      int status = cluster.await(LIMIT);
      numStartedAgain += cluster.numStartedAgain();
      Files.write(setup.directory().resolve(name + ".txt"), cluster.lines());
      return result(status, status == 0 && reference.hasWeightsOf(run));
    } finally {
      cluster.close();
    }
  }

  /** Waits for the time of a fault and causes it, unless the run has ended before. */
  private boolean happens(PlannedFault fault) throws IOException, InterruptedException {
    commits.awaitStep(fault.afterStep(), LIMIT);
    if (oneAtATime) {
      cluster.awaitParts(setup.numProcesses(), LIMIT);
      cluster.awaitSpares(setup.spares(), LIMIT);
      commits.awaitStep(Math.min(commits.numSteps() + 1, setup.steps()), LIMIT);
    }
    Thread.sleep(fault.delay());
    if (!cluster.isAlive() || LocalRun.hasEnded(run)) {
      return false;
    }
    String kind = fault.victim().replaceAll("-\\d+", "");
    switch (fault.action()) {
      case KILL -> kill(fault.victim(), kind);
      case KILL_TWICE -> {
        long pid = cluster.pid(fault.victim());
        kill(fault.victim(), "");
        cluster.awaitRestart(fault.victim(), pid, LIMIT);
        Thread.sleep(fault.delay());
        kill(fault.victim(), kind + ", again after its restart");
      }
      case KILL_LEADER -> kill(cluster.leader(), "coordinator that leads, of three");
      case KILL_PROMOTED -> {
        String standby = cluster.standby();
        kill(cluster.leader(), "");
        Thread.sleep(fault.delay());
        kill(standby, "coordinator that leads, and another one during the promotion");
      }
      case LOSE_LEADER -> loseHost(cluster.leader());
      case SUSPEND -> {
        disturb(fault.victim(), kind + ", suspended");
        cluster.signal(fault.victim(), "STOP");
        numFaults++;
        Thread.sleep(SUSPENDED);
        disturb(fault.victim(), kind + ", goes on");
        cluster.signal(fault.victim(), "CONT");
      }
      case KILL_ALL -> {
        disturb("all", "all processes, and the run continued");
        cluster.killAll();
        numFaults++;
        numStartedAgain += cluster.numStartedAgain();
        cluster = ClusterProcess.start(setup.cluster(run), run);
      }
    }
    return true;
  }

  /** The process is not started again for a while, as if its host were away. */
  private void loseHost(String victim) throws IOException, InterruptedException {
    cluster.signalSupervisor("STOP");
    try {
      disturb(victim, "host of the coordinator that leads, of three");
      cluster.killUnseen(victim);
      numFaults++;
      Thread.sleep(HOST_AWAY);
    } finally {
      cluster.signalSupervisor("CONT");
    }
    disturb(victim, "host is back");
  }

  private void kill(String victim, String kind) throws IOException {
    disturb(victim, kind);
    cluster.kill(victim);
    numFaults++;
  }

  private void disturb(String victim, String kind) {
    disturbances.add(new Disturbance(victim, kind, System.nanoTime()));
  }

  private TrialResult result(int status, boolean sameWeights) throws IOException {
    Delays delays = new Delays(disturbances, commits.timesNs(), System.nanoTime());
    return new TrialResult(
        name,
        status,
        sameWeights,
        numFaults,
        numStartedAgain,
        LeaderEpochs.numShared(run),
        commits.groups(),
        delays.usualNs(),
        delays.list());
  }
}
