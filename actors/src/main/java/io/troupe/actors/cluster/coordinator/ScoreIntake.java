package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.cluster.protocol.ControlMessage.Accepted;
import io.troupe.actors.cluster.protocol.ControlMessage.Received;
import io.troupe.actors.cluster.protocol.ControlMessage.Revoke;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.ledger.DigestLedger;
import io.troupe.actors.ledger.GroupDigest;
import io.troupe.protocols.sample.GroupSpec;
import java.util.Map;

/**
 * Takes scored groups. The first valid one of each group counts; samples of a current assignment
 * are valid, those of a revoked one only if they could not differ: every sample has a score, and no
 * token is older than a current assignment allows.
 */
final class ScoreIntake {
  private final Outbox outbox;
  private final DigestLedger ledger;
  private final GroupAssignments assignments;
  private final CoordinatorSettings settings;
  private final LengthBias lengths;
  private final Map<Long, AssignedGroup> groups;

  ScoreIntake(
      Outbox outbox,
      DigestLedger ledger,
      GroupAssignments assignments,
      CoordinatorSettings settings,
      LengthBias lengths,
      Map<Long, AssignedGroup> groups) {
    this.outbox = outbox;
    this.ledger = ledger;
    this.assignments = assignments;
    this.settings = settings;
    this.lengths = lengths;
    this.groups = groups;
  }

  void onScored(Scored scored) {
    GroupSpec spec = scored.group().group().spec();
    long groupId = spec.groupId();
    if (spec.numGenerations() != settings.numGenerations()
        || spec.runSeed() != settings.runSeed()) {
      outbox.reject(Rejection.WRONG_CONTENT);
    } else if (groupId >= ledger.nextGroupId()) {
      outbox.reject(Rejection.NOT_EXPECTED); // of an earlier epoch; it comes again
    } else if (!ledger.isOpen(groupId)) {
      outbox.reject(Rejection.NOT_EXPECTED);
      accepted(scored.scoredBy(), groupId);
      accepted(scored.sampledBy(), groupId);
    } else if (ledger.isScored(groupId)) {
      onDuplicate(scored, groups.get(groupId));
    } else {
      onFirst(scored, GroupDigest.of(scored.group()));
    }
  }

  private void accepted(NodeId node, long groupId) {
    outbox.send(node, new Accepted(outbox.epoch(), groupId));
  }

  private void onDuplicate(Scored scored, AssignedGroup group) {
    outbox.reject(Rejection.NOT_EXPECTED);
    long groupId = scored.group().group().spec().groupId();
    boolean isKept =
        group != null
            && group.content != null
            && group.content.scoredBy().equals(scored.scoredBy());
    if (isKept) {
      received(scored);
    } else {
      accepted(scored.scoredBy(), groupId);
    }
    accepted(scored.sampledBy(), groupId);
  }

  private void received(Scored scored) {
    outbox.send(
        scored.scoredBy(),
        new Received(outbox.epoch(), scored.group().group().spec().groupId(), scored.attempt()));
  }

  private void onFirst(Scored scored, GroupDigest digest) {
    AssignedGroup group = assignments.group(digest.groupId());
    if (digest.newestVersion() > ledger.policyVersion()) {
      outbox.reject(Rejection.NOT_EXPECTED); // the step of that version is not committed here yet
    } else if (!isCurrent(scored, group) && !isCertain(digest)) {
      outbox.reject(Rejection.NOT_EXPECTED);
      outbox.send(
          scored.scoredBy(), new Revoke(outbox.epoch(), digest.groupId(), scored.attempt()));
    } else {
      take(scored, group, digest);
    }
  }

  private boolean isCurrent(Scored scored, AssignedGroup group) {
    return scored.epoch() == outbox.epoch()
        && scored.attempt() == group.attempt
        && !ledger.isWaiting(group.groupId);
  }

  private boolean isCertain(GroupDigest digest) {
    return digest.isFullyScored()
        && (digest.oldestVersion() < 0 || digest.oldestVersion() >= ledger.oldestUsefulVersion());
  }

  private void take(Scored scored, AssignedGroup group, GroupDigest digest) {
    long groupId = digest.groupId();
    RolloutMember rollout = group.rollout;
    RewardMember reward = group.reward;
    if (ledger.isWaiting(groupId)) {
      ledger.found(groupId);
    } else if (!ledger.isBeingScored(groupId)) {
      ledger.sampled(groupId);
    }
    assignments.detach(group);
    group.content = scored;
    group.digest = digest;
    group.sampledBy = scored.sampledBy().name();
    group.scoredMillis = outbox.environment().currentTimeMillis();
    if (group.sampledMillis == 0) {
      group.sampledMillis = group.scoredMillis;
    }
    lengths.sampled(digest);
    received(scored);
    accepted(scored.sampledBy(), groupId);
    if (rollout != null && !rollout.node.equals(scored.sampledBy())) {
      outbox.send(rollout, new Revoke(outbox.epoch(), groupId, group.attempt));
    }
    if (reward != null && !reward.node.equals(scored.scoredBy())) {
      outbox.send(reward, new Revoke(outbox.epoch(), groupId, Math.max(0, group.attempt)));
    }
    ledger.countTokens(digest.numTokens());
    ledger.scored(digest);
    if (rollout != null) {
      assignments.reposition(rollout);
    }
  }
}
