package io.troupe.actors.faults;

import io.troupe.actors.faults.check.Checks;
import io.troupe.actors.faults.check.Invariant;
import io.troupe.actors.faults.fault.Witnesses;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The result of the simulation of a seed.
 *
 * @param seed the seed
 * @param violation the first violation; empty if there is none
 * @param traceHash equal for equal simulations
 * @param trace the last events, readable; empty unless requested or violated
 * @param witnesses effects of the faults
 * @param checks numbers of checks
 * @param virtualTime until the run was complete
 * @param numEvents number of events
 * @param groupsTrained number of groups trained
 * @param longestPause the longest time between two batches, or the last batch and the end
 * @param longestQueue largest number of messages that waited for a process
 */
public record SeedResult(
    long seed,
    Optional<Violation> violation,
    long traceHash,
    List<String> trace,
    Witnesses witnesses,
    Checks checks,
    Duration virtualTime,
    long numEvents,
    long groupsTrained,
    Duration longestPause,
    int longestQueue) {

  /** Copies the list. */
  public SeedResult {
    trace = List.copyOf(trace);
  }

  /**
   * A violated invariant.
   *
   * @param message one line
   */
  public record Violation(Invariant invariant, String message) {}
}
