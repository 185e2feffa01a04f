package io.troupe.actors.faults.plan;

import io.troupe.actors.faults.network.LinkFaults;
import java.time.Duration;
import java.util.List;

/** A fault that a simulation injects. */
public sealed interface Fault {

  /** A process ends, and its supervisor starts it again. */
  record Kill(String node, boolean losesPower, Duration down) implements Fault {}

  /** A node loses power within an operation of its disk. */
  record KillInWrite(String node, int afterOperations, Duration down) implements Fault {}

  /** All processes end at the same time. */
  record KillAll(boolean losesPower, Duration down) implements Fault {}

  /** A process is stopped and continued. */
  record Pause(String node, Duration duration) implements Fault {}

  /**
   * Two groups of nodes cannot exchange messages.
   *
   * @param oneWay whether messages still pass from the others to the side
   */
  record Partition(List<String> side, List<String> others, boolean oneWay, Duration duration)
      implements Fault {
    /** Copies the lists. */
    public Partition {
      side = List.copyOf(side);
      others = List.copyOf(others);
    }
  }

  /** The links from and to a node have faults. */
  record BadLinks(String node, LinkFaults faults, Duration duration) implements Fault {}

  /** The operations of a disk are slow. */
  record SlowDisk(String node, Duration maxExtra, Duration duration) implements Fault {}

  /** A disk is full. */
  record FullDisk(String node, Duration duration) implements Fault {}

  /** A clock jumps forward. */
  record ClockJump(String node, Duration by) implements Fault {}

  /** A part of the scores of a node comes late or never. */
  record BadRewards(String node, double slow, double hanging, Duration duration) implements Fault {}

  /** A part of the groups that a node decodes fails. */
  record FailingDecoding(String node, double failing, Duration duration) implements Fault {}

  /** A second node runs a coordinator for some time. */
  record SecondCoordinator(Duration duration) implements Fault {}
}
