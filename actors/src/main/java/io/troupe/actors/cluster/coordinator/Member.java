package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.NodeId;

/** A registered node in one of its roles. */
abstract class Member {
  /** Its place in the order of registration. */
  final int id;

  final NodeId node;

  /** When its lease ends. */
  long leaseEndNs;

  /** Whether it is no longer registered. */
  boolean isGone;

  Member(int id, NodeId node) {
    this.id = id;
    this.node = node;
  }
}
