package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.NodeId;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** A reward node. */
final class RewardMember extends Member {
  /** Groups that it scores, or will score once they are decoded. */
  final TreeSet<Long> groups = new TreeSet<>();

  /** Groups that it has reported to hold. */
  Set<Long> held = new HashSet<>();

  /** Its place in the order of load. */
  int queuedLoad;

  RewardMember(int id, NodeId node) {
    super(id, node);
  }
}
