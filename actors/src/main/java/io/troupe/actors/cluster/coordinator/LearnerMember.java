package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.NodeId;

/** A learner. */
final class LearnerMember extends Member {
  final boolean keepsRun;

  /** Steps that it has trained; -1 before it has any state. */
  long step = -1;

  /** Index of the record that it needs next. */
  long nextRecord;

  /** Index after the last record that was sent to it. */
  long sent;

  /** When records were sent last. */
  long sentNs;

  /** Whether it computes shards. */
  boolean isCaughtUp;

  /** Why it cannot train; empty if it can. */
  String failure = "";

  LearnerMember(int id, NodeId node, boolean keepsRun) {
    super(id, node);
    this.keepsRun = keepsRun;
  }
}
