package io.troupe.actors.cluster.rollout;

import io.troupe.actors.cluster.protocol.ClusterDeadlines;

/**
 * The settings of a rollout node.
 *
 * @param credits number of groups that it decodes at once; 0 if it only receives weights
 * @param deadlines of the run
 */
public record RolloutSettings(int credits, ClusterDeadlines deadlines) {
  private static final int GROUPS_PER_CREDIT = 8;

  /** Checks the number of credits. */
  public RolloutSettings {
    if (credits < 0) {
      throw new IllegalArgumentException("credits must be >= 0, got " + credits);
    }
  }

  /** Maximum number of groups that the node holds, those that wait for scores included. */
  int maxGroups() {
    return (int) Math.min(4096, (long) credits * GROUPS_PER_CREDIT);
  }
}
