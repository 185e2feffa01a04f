package io.troupe.actors.cluster.reward;

import io.troupe.actors.cluster.protocol.ClusterDeadlines;

/**
 * The settings of a reward node.
 *
 * @param parallelGroups number of groups that are scored at once, at least 1
 * @param maxHeld number of groups that the node holds at most: those that wait, are scored, or are
 *     scored and not yet in the log; beyond it, samples are refused and come again later
 * @param deadlines of the run
 */
public record RewardSettings(int parallelGroups, int maxHeld, ClusterDeadlines deadlines) {
  private static final int MAX_HELD = 8192; // as many as a hello can name

  /** Checks the ranges. */
  public RewardSettings {
    if (parallelGroups < 1 || maxHeld < parallelGroups || maxHeld > MAX_HELD) {
      throw new IllegalArgumentException(
          "reward node must score >= 1 groups at once and hold as many to %d, got %d and %d"
              .formatted(MAX_HELD, parallelGroups, maxHeld));
    }
  }
}
