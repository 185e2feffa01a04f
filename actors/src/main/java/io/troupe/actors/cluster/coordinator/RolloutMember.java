package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.NodeId;
import java.util.TreeSet;

/** A rollout node. */
final class RolloutMember extends Member {
  private static final int HELD_PER_CREDIT = 4;

  /** Number of groups that it decodes at once. */
  final int credits;

  /** Its groups that are being scored. */
  final TreeSet<Long> scoring = new TreeSet<>();

  /** Version of its weights; -1 before the first. */
  long policyVersion;

  /** The version that it pulls, or else that it has. */
  long offeredVersion;

  /** Its place among the free members; see {@link GroupAssignments}. */
  int queuedLoad;

  RolloutMember(int id, NodeId node, int credits, long policyVersion) {
    super(id, node);
    this.credits = credits;
    this.policyVersion = policyVersion;
    this.offeredVersion = policyVersion;
  }

  /** Whether it receives weights without a part in the work. */
  boolean isFollower() {
    return credits == 0;
  }

  boolean hasCredit(int numDecoding) {
    return numDecoding < credits && numDecoding + scoring.size() < (long) HELD_PER_CREDIT * credits;
  }
}
