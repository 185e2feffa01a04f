package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.protocol.ClusterDeadlines;

/**
 * The settings of a learner.
 *
 * @param keepsRun whether its run directory is that of the run
 * @param maxGradientBytes maximum size of the gradients that are kept for the next two steps
 * @param maxLag number of steps behind the coordinator from which it takes the state of a peer
 *     instead of training them, at least 1
 * @param recordWindow number of records of the log that it keeps beyond the next one, at least 1
 * @param deadlines of the run
 */
public record LearnerSettings(
    boolean keepsRun,
    long maxGradientBytes,
    int maxLag,
    int recordWindow,
    ClusterDeadlines deadlines) {

  /** Checks the ranges. */
  public LearnerSettings {
    if (maxGradientBytes < 0 || maxLag < 1 || recordWindow < 1) {
      throw new IllegalArgumentException(
          "learner must allow >= 0 bytes of gradients, a lag and a window of >= 1, got %d, %d and %d"
              .formatted(maxGradientBytes, maxLag, recordWindow));
    }
  }

  /** Settings with a lag of 2 steps and 64 records. */
  public static LearnerSettings of(
      boolean keepsRun, long maxGradientBytes, ClusterDeadlines deadlines) {
    return new LearnerSettings(keepsRun, maxGradientBytes, 2, 64, deadlines);
  }
}
