package io.troupe.deploy.kills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run of a cluster whose processes suffer faults. */
final class KillTrial {
  private static final Path WEIGHTS = Path.of("checkpoints", "final", "model.safetensors");
  private static final Duration LIMIT = Duration.ofMinutes(5); // for anything
  private static final Duration SUSPENDED = Duration.ofSeconds(30);
  private static final double NS_PER_S = 1e9;

  private final TrialSetup setup;
  private final String name;
  private final Path run;
  private final boolean oneAtATime;
  private final List<Disturbance> disturbances = new ArrayList<>();
  private ClusterProcess cluster;
  private Commits commits;
  private int numKills;
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
   * @param reference run directory of the same run in one process
   */
  static TrialResult run(
      TrialSetup setup, String name, List<PlannedFault> faults, boolean oneAtATime, Path reference)
      throws IOException, InterruptedException {
    return new KillTrial(setup, name, oneAtATime).run(faults, reference);
  }

  /** Makes the same run in one process, and returns its directory. */
  static Path reference(TrialSetup setup) throws IOException, InterruptedException {
    Path local = setup.run("local");
    Process process =
        new ProcessBuilder(setup.local(local))
            .redirectErrorStream(true)
            .redirectOutput(setup.directory().resolve("local.txt").toFile())
            .start();
    process.getOutputStream().close();
    if (process.waitFor() != 0) {
      throw new IOException(Files.readString(setup.directory().resolve("local.txt")));
    }
    return local;
  }

  private TrialResult run(List<PlannedFault> faults, Path reference)
      throws IOException, InterruptedException {
    cluster = ClusterProcess.start(setup.cluster(run), run);
    try (Commits following = new Commits(run)) {
      commits = following;
      for (PlannedFault fault : faults) {
        if (!happens(fault)) {
          break;
        }
      }
      int status = cluster.await(LIMIT);
      numStartedAgain += cluster.numStartedAgain();
      Files.write(setup.directory().resolve(name + ".txt"), cluster.lines());
      boolean same =
          status == 0 && Files.mismatch(reference.resolve(WEIGHTS), run.resolve(WEIGHTS)) == -1;
      return result(status, same);
    } finally {
      cluster.close();
    }
  }

  /** Waits for the time of a fault and causes it, unless the run has ended before. */
  private boolean happens(PlannedFault fault) throws IOException, InterruptedException {
    commits.awaitStep(fault.afterStep(), LIMIT);
    if (oneAtATime) {
      cluster.awaitParts(setup.numProcesses(), LIMIT);
      commits.awaitStep(Math.min(commits.timesNs().size() + 1, setup.steps()), LIMIT);
    }
    Thread.sleep(fault.delay());
    if (!cluster.isAlive() || Files.exists(run.resolve(WEIGHTS))) {
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
      case SUSPEND -> {
        disturb(fault.victim(), kind + ", suspended");
        cluster.signal(fault.victim(), "STOP");
        Thread.sleep(SUSPENDED);
        disturb(fault.victim(), kind + ", goes on");
        cluster.signal(fault.victim(), "CONT");
      }
      case KILL_ALL -> {
        disturb("all", "");
        cluster.killAll();
        numStartedAgain += cluster.numStartedAgain();
        cluster = ClusterProcess.start(setup.cluster(run), run);
      }
    }
    return true;
  }

  private void kill(String victim, String kind) throws IOException {
    disturb(victim, kind);
    cluster.kill(victim);
    numKills++;
  }

  private void disturb(String victim, String kind) {
    disturbances.add(new Disturbance(victim, kind, System.nanoTime()));
  }

  private TrialResult result(int status, boolean sameWeights) {
    List<Long> times = commits.timesNs();
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      gaps.add(times.get(i) - times.get(i - 1));
    }
    gaps.sort(null);
    long usual = gaps.isEmpty() ? 0 : gaps.get(gaps.size() / 2);
    List<TrialResult.Delay> delays = new ArrayList<>();
    for (int i = 0; i < disturbances.size(); i++) {
      Disturbance disturbance = disturbances.get(i);
      boolean isLast = i == disturbances.size() - 1;
      long endNs = isLast ? System.nanoTime() : disturbances.get(i + 1).timeNs();
      long gap = disturbance.longestGapNs(times, endNs);
      if (gap >= 0 && !disturbance.kind().isEmpty()) {
        double seconds = Math.max(0, gap - usual) / NS_PER_S;
        delays.add(new TrialResult.Delay(disturbance.kind(), seconds));
      }
    }
    return new TrialResult(
        name, status, sameWeights, numKills, numStartedAgain, commits.groups(), usual, delays);
  }
}
