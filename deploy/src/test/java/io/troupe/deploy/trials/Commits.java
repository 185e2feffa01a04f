package io.troupe.deploy.trials;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Follows the logs of all coordinator nodes of a run while they are written: when each step was
 * committed, which is when most of the logs had it, and which groups were trained. Thread-safe. The
 * caller must close it.
 */
public final class Commits implements AutoCloseable {
  private final List<LogFollower> logs = new ArrayList<>();

  /** Follows the logs of a run from their beginning. */
  public Commits(List<Path> logs) {
    logs.forEach(log -> this.logs.add(new LogFollower(log, this::seen)));
  }

  private synchronized void seen() {
    notifyAll();
  }

  /**
   * Number of committed steps.
   *
   * @throws IllegalStateException if most of the logs cannot be followed
   */
  public int numSteps() {
    requireMajority();
    return logs.stream()
        .map(LogFollower::numSteps)
        .sorted(Comparator.reverseOrder())
        .skip(logs.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Times at which the steps were committed, as this process saw them.
   *
   * @throws IllegalStateException if most of the logs cannot be followed
   */
  public List<Long> timesNs() {
    int numSteps = numSteps();
    List<List<Long>> seen = logs.stream().map(LogFollower::timesNs).toList();
    return IntStream.range(0, numSteps).mapToObj(step -> time(seen, step)).toList();
  }

  /** When most of the logs had a step. */
  private static long time(List<List<Long>> seen, int step) {
    return seen.stream()
        .filter(log -> log.size() > step)
        .map(log -> log.get(step))
        .sorted()
        .skip(seen.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  private void requireMajority() {
    List<Exception> failures =
        logs.stream().map(LogFollower::failure).flatMap(Optional::stream).toList();
    if (failures.size() > (logs.size() - 1) / 2) {
      throw new IllegalStateException("the logs cannot be followed", failures.getFirst());
    }
  }

  /** The groups of the run so far, by the log with the most steps. */
  public GroupCounts groups() {
    return logs.stream().max(Comparator.comparingInt(LogFollower::numSteps)).orElseThrow().groups();
  }

  /** Waits until a step is committed. */
  public synchronized void awaitStep(long step, Duration limit) throws InterruptedException {
    long endNs = System.nanoTime() + limit.toNanos();
    for (int steps = numSteps(); steps < step; steps = numSteps()) {
      long leftMs = (endNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new AssertionError(
            "step %d was not committed within %s, the last one is %d"
                .formatted(step, limit, steps));
      }
      wait(leftMs);
    }
  }

  @Override
  public void close() {
    logs.forEach(LogFollower::close);
  }
}
