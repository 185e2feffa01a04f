package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.ledger.LedgerLimits;

/**
 * The settings of a coordinator.
 *
 * @param limits of the groups
 * @param numGenerations samples per group
 * @param runSeed seed of the run
 * @param maxPulls number of nodes that pull weights from one source at once, 1 to 8
 * @param recordWindow number of records that are sent to a learner beyond those it has confirmed
 * @param recordBytes maximum size of the records that are sent at once, in bytes
 * @param deadlines of the run
 */
public record CoordinatorSettings(
    LedgerLimits limits,
    int numGenerations,
    long runSeed,
    int maxPulls,
    int recordWindow,
    long recordBytes,
    ClusterDeadlines deadlines) {

  /** Checks the ranges. */
  public CoordinatorSettings {
    if (maxPulls < 1 || maxPulls > 8 || recordWindow < 1 || recordBytes < 1) {
      throw new IllegalArgumentException(
          "coordinator must allow 1 to 8 pulls and >= 1 records and bytes, got %d, %d and %d"
              .formatted(maxPulls, recordWindow, recordBytes));
    }
  }

  /** Settings with three pulls from a source, and 32 records or 8 MiB for a learner. */
  public static CoordinatorSettings of(
      LedgerLimits limits, int numGenerations, long runSeed, ClusterDeadlines deadlines) {
    return new CoordinatorSettings(limits, numGenerations, runSeed, 3, 32, 8L << 20, deadlines);
  }
}
