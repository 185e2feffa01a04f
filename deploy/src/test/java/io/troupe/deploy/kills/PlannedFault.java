package io.troupe.deploy.kills;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A fault of a trial.
 *
 * @param victim name of the process
 * @param action what happens to it
 * @param afterStep step that must be committed before
 * @param delay time after that, and between two kills
 */
record PlannedFault(String victim, Action action, long afterStep, Duration delay) {

  /** What happens to a process. */
  enum Action {
    /** It is killed. */
    KILL,
    /** It is killed, and again soon after its restart. */
    KILL_TWICE,
    /** The coordinator process that leads is killed; which one it is, is seen then. */
    KILL_LEADER,
    /** The one that leads is killed, and after the delay another one, which may take over. */
    KILL_PROMOTED,
    /** The one that leads is killed, and not started again for a while. */
    LOSE_LEADER,
    /** It is suspended for half a minute. */
    SUSPEND,
    /** All processes are killed, and the cluster is started again. */
    KILL_ALL
  }

  private static final int MAX_DELAY_MS = 2000;
  private static final int ONE_IN_TWICE = 5;

  /** A random time within a few steps. */
  static Duration delay(RandomGenerator random) {
    return Duration.ofMillis(random.nextInt(MAX_DELAY_MS));
  }

  /** Kills of random processes at random times. */
  static List<PlannedFault> random(RandomGenerator random, List<String> victims, int number) {
    List<PlannedFault> faults = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      faults.add(
          new PlannedFault(
              victims.get(random.nextInt(victims.size())),
              random.nextInt(ONE_IN_TWICE) == 0 ? Action.KILL_TWICE : Action.KILL,
              2,
              delay(random)));
    }
    return faults;
  }
}
