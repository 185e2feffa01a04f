package io.troupe.actors.faults.membership;

import io.troupe.actors.faults.network.SimulatedNetwork;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which node runs the coordinator, as a Pekko cluster with a singleton and a split brain
 * resolver does: the oldest node that a majority of the coordinator nodes can reach. A node that
 * loses the majority stops its coordinator late or exits, so two coordinators may run at the same
 * time, as was observed with Pekko 1.2.1 (4 to 107 ms after the continuation of a stopped process,
 * up to 0.7 s after a partition).
 */
public final class SimulatedMembership {
  private static final Duration HEARTBEAT = Duration.ofMillis(250);
  private static final Duration MIN_DETECTION = Duration.ofMillis(2500);
  private static final Duration MAX_DETECTION = Duration.ofMillis(3500);
  private static final Duration MIN_MARGIN = Duration.ofSeconds(2);
  private static final Duration MAX_MARGIN = Duration.ofSeconds(4);
  private static final Duration MIN_NOTICE = Duration.ofMillis(4);
  private static final Duration MAX_NOTICE = Duration.ofMillis(700);

  private final Timeline timeline;
  private final Dice dice;
  private final SimulatedNetwork network;
  private final Hosts hosts;
  private final List<Member> members = new ArrayList<>();
  private final Map<String, Long> lastHeardNs = new HashMap<>();
  private Member host; // runs the coordinator
  private long hostSinceIncarnation;
  private Member next; // will run it after the margin

  /** The processes that the membership observes and controls. */
  public interface Hosts {
    /** Whether the process of a node runs and is not paused. */
    boolean isRunning(String node);

    /** The incarnation of the node's last process. */
    long incarnation(String node);

    /** Starts a coordinator in the node's process. */
    void startCoordinator(String node);

    /** Stops the coordinator in the node's process, if there is one. */
    void stopCoordinator(String node);

    /** The node's process ends itself. */
    void exit(String node);
  }

  /**
   * A membership without a coordinator yet.
   *
   * @param coordinatorNodes in order of their age
   */
  public SimulatedMembership(
      Timeline timeline,
      Dice dice,
      SimulatedNetwork network,
      List<String> coordinatorNodes,
      Hosts hosts) {
    this.timeline = timeline;
    this.dice = dice;
    this.network = network;
    this.hosts = hosts;
    coordinatorNodes.forEach(name -> members.add(new Member(name)));
  }

  /** Begins to observe the nodes, and starts the coordinator on the oldest. */
  public void start() {
    members.forEach(member -> member.incarnation = hosts.incarnation(member.name));
    beat();
  }

  private void beat() {
    hear();
    members.forEach(this::noticeRestart);
    members.stream().filter(this::isIsolated).toList().forEach(this::exitLater);
    elect();
    timeline.after(HEARTBEAT.toNanos(), this::beat);
  }

  private void hear() {
    for (Member observer : members) {
      for (Member other : members) {
        if (hosts.isRunning(other.name) && network.connects(observer.name, other.name)) {
          lastHeardNs.put(observer.name + "<" + other.name, timeline.nowNs());
        }
      }
    }
  }

  /** A process that was started again joins as the youngest member. */
  private void noticeRestart(Member member) {
    long incarnation = hosts.incarnation(member.name);
    if (hosts.isRunning(member.name) && member.incarnation != incarnation) {
      member.incarnation = incarnation;
      member.isExiting = false;
      member.joinedNs = timeline.nowNs();
      member.detectionNs = dice.between(MIN_DETECTION, MAX_DETECTION).toNanos();
    }
  }

  private int majority() {
    return members.size() / 2 + 1;
  }

  private boolean reaches(Member observer, Member other) {
    Long heardNs = lastHeardNs.get(observer.name + "<" + other.name);
    return observer == other
        || (heardNs != null && timeline.nowNs() - heardNs < observer.detectionNs);
  }

  private long numReached(Member observer) {
    return members.stream().filter(other -> reaches(observer, other)).count();
  }

  /** A node that runs, was a member for a while, and has lost the majority. */
  private boolean isIsolated(Member member) {
    return hosts.isRunning(member.name)
        && !member.isExiting
        && timeline.nowNs() - member.joinedNs > 2 * MAX_DETECTION.toNanos()
        && (numReached(member) < majority() || member.isDowned);
  }

  private void exitLater(Member member) {
    member.isExiting = true;
    member.isDowned = false;
    long incarnation = member.incarnation;
    timeline.after(
        dice.between(MIN_NOTICE, MAX_NOTICE).toNanos(),
        () -> {
          if (hosts.isRunning(member.name) && hosts.incarnation(member.name) == incarnation) {
            hosts.exit(member.name);
          }
        });
  }

  private void elect() {
    if (host != null && isHealthy(host) && host.incarnation == hostSinceIncarnation) {
      return;
    }
    Member candidate = oldestHealthy();
    if (candidate == null || candidate == next) {
      return;
    }
    next = candidate;
    long incarnation = candidate.incarnation;
    boolean restarted = host == null || host == candidate || !hosts.isRunning(host.name);
    long marginNs =
        host == null || (members.size() == 1 && restarted)
            ? HEARTBEAT.toNanos()
            : dice.between(MIN_MARGIN, MAX_MARGIN).toNanos();
    timeline.after(marginNs, () -> takeOver(candidate, incarnation));
  }

  private void takeOver(Member candidate, long incarnation) {
    next = null;
    if (!hosts.isRunning(candidate.name)
        || candidate.isExiting
        || hosts.incarnation(candidate.name) != incarnation) {
      return; // elected again at the next heartbeat
    }
    if (host != null && host != candidate) {
      resignLater(host);
    }
    host = candidate;
    hostSinceIncarnation = incarnation;
    hosts.startCoordinator(candidate.name);
  }

  private void resignLater(Member old) {
    old.isDowned = !isHealthy(old);
    long incarnation = old.incarnation;
    timeline.after(
        dice.between(MIN_NOTICE, MAX_NOTICE).toNanos(),
        () -> {
          if (host != old && hosts.incarnation(old.name) == incarnation) {
            hosts.stopCoordinator(old.name);
          }
        });
  }

  /** Whether a majority of the nodes reaches the node, which runs. */
  private boolean isHealthy(Member member) {
    long numObservers =
        members.stream()
            .filter(observer -> observer == member || hosts.isRunning(observer.name))
            .filter(observer -> reaches(observer, member))
            .count();
    return numObservers >= majority() && numReached(member) >= majority();
  }

  private Member oldestHealthy() {
    Member oldest = null;
    for (Member member : members) {
      if (hosts.isRunning(member.name)
          && !member.isExiting
          && isHealthy(member)
          && (oldest == null || member.joinedNs < oldest.joinedNs)) {
        oldest = member;
      }
    }
    return oldest;
  }

  /** Starts a second coordinator although the first one is healthy, for a short time. */
  public boolean startSecond(Duration overlap) {
    for (Member member : members) {
      if (member != host && hosts.isRunning(member.name) && !member.isExiting) {
        long incarnation = hosts.incarnation(member.name);
        hosts.startCoordinator(member.name);
        timeline.after(
            overlap.toNanos(),
            () -> {
              if (host != member && hosts.incarnation(member.name) == incarnation) {
                hosts.stopCoordinator(member.name);
              }
            });
        return true;
      }
    }
    return false;
  }

  private static final class Member {
    private final String name;
    private long incarnation;
    private long joinedNs;
    private long detectionNs = MIN_DETECTION.toNanos();
    private boolean isExiting;
    private boolean isDowned;

    Member(String name) {
      this.name = name;
    }
  }
}
