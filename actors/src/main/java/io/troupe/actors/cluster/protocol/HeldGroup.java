package io.troupe.actors.cluster.protocol;

/**
 * A group that a rollout or reward node holds.
 *
 * @param groupId id of the group
 * @param attempt number of the assignment that it belongs to, at least 0
 * @param complete whether the node has finished its part: the group is sampled, or scored
 */
public record HeldGroup(long groupId, int attempt, boolean complete) {

  /** Checks the ranges. */
  public HeldGroup {
    Bounds.atLeast("group id", groupId, 0);
    Bounds.atLeast("attempt", attempt, 0);
  }
}
