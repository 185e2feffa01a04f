package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.ledger.GroupDigest;
import io.troupe.log.record.LoggedGroup;

/** An open group, with its nodes and its content. */
final class AssignedGroup {
  final long groupId;

  /** When it was first assigned, in milliseconds since 1970. */
  final long issuedMillis;

  /** Number of its current assignment in this epoch; -1 before the first. */
  int attempt = -1;

  /** The node that samples it; null if there is none. */
  RolloutMember rollout;

  /** The node that scores it; null if there is none. */
  RewardMember reward;

  /** When it was assigned last. */
  long assignedNs;

  /** When its decoding, or then its scoring, is overdue. */
  long deadlineNs;

  /** Name of the last node that sampled it; empty if none. */
  String sampledBy = "";

  /** When its samples were complete, in milliseconds since 1970; 0 before. */
  long sampledMillis;

  /** Samples and scores; null until they arrive. */
  Scored content;

  /** The digest of {@link #content}; null while there is none. */
  GroupDigest digest;

  /** When the scores arrived, in milliseconds since 1970. */
  long scoredMillis;

  AssignedGroup(long groupId, long issuedMillis) {
    this.groupId = groupId;
    this.issuedMillis = issuedMillis;
  }

  LoggedGroup toLog() {
    return new LoggedGroup(
        content.group(),
        Math.max(1, attempt + 1),
        content.sampledBy().name(),
        content.scoredBy().name(),
        issuedMillis,
        sampledMillis,
        scoredMillis);
  }
}
