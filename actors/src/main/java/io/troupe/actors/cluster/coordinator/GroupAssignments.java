package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.ControlMessage.Accepted;
import io.troupe.actors.cluster.protocol.ControlMessage.Assign;
import io.troupe.actors.cluster.protocol.ControlMessage.Decoded;
import io.troupe.actors.cluster.protocol.ControlMessage.DecodingFailed;
import io.troupe.actors.cluster.protocol.ControlMessage.Revoke;
import io.troupe.actors.cluster.protocol.HeldGroup;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.ledger.DigestLedger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Assigns groups to rollout and reward nodes, and assigns them again when a node is gone or late. A
 * node that is lost never counts as an attempt of a group; a reported failure does.
 */
final class GroupAssignments {
  private final Outbox outbox;
  private final DigestLedger ledger;
  private final long groupNs;
  private final long resendNs;
  private final Map<Long, AssignedGroup> groups;
  private final LoadOrder<RolloutMember> free =
      new LoadOrder<>(m -> m.queuedLoad, (m, load) -> m.queuedLoad = load);
  private final RewardOrder rewards;
  private final Map<Long, RolloutMember> holders = new HashMap<>(); // of groups without assignment
  private final Map<Long, AssignedGroup> due = new LinkedHashMap<>(); // by deadline
  private final Set<Long> withoutReward = new LinkedHashSet<>();

  /**
   * Assignments of the groups of a ledger.
   *
   * @param groups open groups that have been assigned, by id; shared with the owner
   */
  GroupAssignments(
      Outbox outbox,
      DigestLedger ledger,
      CoordinatorSettings settings,
      Map<Long, AssignedGroup> groups) {
    this.outbox = outbox;
    this.ledger = ledger;
    this.groups = groups;
    this.groupNs = settings.deadlines().group().toNanos();
    this.resendNs = settings.deadlines().resend().toNanos();
    this.rewards = new RewardOrder(outbox.environment(), settings.deadlines().silence());
  }

  // ---- assigning -----------------------------------------------------------------------------

  /** Assigns waiting groups, in order, as long as there are nodes for them. */
  void assign() {
    for (OptionalLong next = ledger.firstWaiting();
        next.isPresent() && !rewards.isEmpty();
        next = ledger.firstWaiting()) {
      RolloutMember holder = holders.remove(next.getAsLong());
      Optional<RolloutMember> member = holder != null ? Optional.of(holder) : free.least();
      if (member.isEmpty()) {
        return;
      }
      assign(next.getAsLong(), member.get());
    }
  }

  private void assign(long groupId, RolloutMember member) {
    AssignedGroup group = group(groupId);
    group.attempt = ledger.give(groupId, member.id);
    group.rollout = member;
    setReward(group, rewards.bestFor(member).orElseThrow());
    restart(group);
    sendAssign(group);
    reposition(member);
  }

  AssignedGroup group(long groupId) {
    return groups.computeIfAbsent(
        groupId, id -> new AssignedGroup(id, outbox.environment().currentTimeMillis()));
  }

  private void setReward(AssignedGroup group, RewardMember reward) {
    clearReward(group);
    group.reward = reward;
    reward.groups.add(group.groupId);
    rewards.put(reward);
    withoutReward.remove(group.groupId);
  }

  private void clearReward(AssignedGroup group) {
    RewardMember reward = group.reward;
    if (reward != null) {
      reward.groups.remove(group.groupId);
      if (!reward.isGone) {
        rewards.put(reward);
      }
      group.reward = null;
    }
  }

  private void restart(AssignedGroup group) {
    group.assignedNs = outbox.nowNs();
    group.deadlineNs = group.assignedNs + groupNs;
    due.remove(group.groupId);
    due.put(group.groupId, group);
  }

  private void sendAssign(AssignedGroup group) {
    group.assignedNs = outbox.nowNs();
    outbox.send(
        group.rollout,
        new Assign(
            outbox.epoch(),
            group.groupId,
            group.attempt,
            Math.max(0, ledger.oldestUsefulVersion()),
            group.reward.node));
  }

  /** Puts a rollout node at its place among those that take groups. */
  void reposition(RolloutMember member) {
    int decoding = ledger.numDecodedBy(member.id);
    long version = Math.max(member.policyVersion, member.offeredVersion);
    boolean isUseful = version >= Math.max(0, ledger.oldestUsefulVersion());
    if (!member.isGone && isUseful && member.hasCredit(decoding)) {
      free.put(member, decoding + member.scoring.size());
    } else {
      free.remove(member);
    }
  }

  // ---- rollout nodes -------------------------------------------------------------------------

  /** Compares the groups that a node holds with those that it should have. */
  void onHello(RolloutMember member, List<HeldGroup> held) {
    Set<Long> reported = new HashSet<>();
    for (HeldGroup group : held) {
      reported.add(group.groupId());
      onHeld(member, group);
    }
    for (long groupId : ledger.decodedBy(member.id)) {
      sendAgain(groupId, reported);
    }
    for (long groupId : List.copyOf(member.scoring)) {
      sendAgain(groupId, reported);
    }
  }

  private void onHeld(RolloutMember member, HeldGroup held) {
    long groupId = held.groupId();
    AssignedGroup group = groups.get(groupId);
    if (!ledger.isOpen(groupId)) {
      if (groupId < ledger.nextGroupId()) {
        outbox.send(member, new Accepted(outbox.epoch(), groupId));
      } else {
        holders.put(groupId, member);
      }
    } else if (ledger.isScored(groupId)) {
      outbox.send(member, new Accepted(outbox.epoch(), groupId));
    } else if (ledger.isWaiting(groupId)) {
      holders.put(groupId, member);
    } else if (group != null && group.rollout == member) {
      if (held.complete() && held.attempt() == group.attempt) {
        decoded(group);
      }
    } else if (!held.complete()) {
      outbox.send(member, new Revoke(outbox.epoch(), groupId, held.attempt()));
    }
  }

  private void sendAgain(long groupId, Set<Long> reported) {
    AssignedGroup group = groups.get(groupId);
    if (!reported.contains(groupId)
        && group.reward != null
        && outbox.nowNs() - group.assignedNs > resendNs) {
      sendAssign(group);
    }
  }

  void onDecoded(RolloutMember member, Decoded message) {
    AssignedGroup group = groups.get(message.groupId());
    if (isCurrent(group, member, message.epoch(), message.attempt())) {
      decoded(group);
    } else {
      outbox.reject(Rejection.NOT_EXPECTED);
    }
  }

  private void decoded(AssignedGroup group) {
    if (ledger.isDecodedBy(group.groupId, group.rollout.id)) {
      ledger.sampled(group.groupId);
      group.sampledBy = group.rollout.node.name();
      group.sampledMillis = outbox.environment().currentTimeMillis();
      group.rollout.scoring.add(group.groupId);
      restart(group);
      reposition(group.rollout);
    }
  }

  void onFailed(RolloutMember member, DecodingFailed message) {
    AssignedGroup group = groups.get(message.groupId());
    if (isCurrent(group, member, message.epoch(), message.attempt())
        && ledger.isDecodedBy(group.groupId, member.id)) {
      outbox
          .events()
          .onWarning(
              "%s failed with group %d: %s"
                  .formatted(member.node.name(), group.groupId, message.reason()));
      detach(group);
      ledger.failed(group.groupId);
      reposition(member);
    } else {
      outbox.reject(Rejection.NOT_EXPECTED);
    }
  }

  private boolean isCurrent(AssignedGroup group, RolloutMember member, long epoch, int attempt) {
    return group != null
        && group.rollout == member
        && epoch == outbox.epoch()
        && group.attempt == attempt;
  }

  /** A rollout node is lost; groups whose samples a reward node has are not. */
  void gone(RolloutMember member) {
    free.remove(member);
    member.isGone = true;
    holders.values().removeIf(holder -> holder == member);
    for (long groupId : ledger.decodedBy(member.id)) {
      release(groups.get(groupId));
    }
    for (long groupId : List.copyOf(member.scoring)) {
      AssignedGroup group = groups.get(groupId);
      if (group.reward != null && group.reward.held.contains(groupId)) {
        group.rollout = null;
      } else {
        release(group);
      }
    }
    member.scoring.clear();
  }

  /** Takes back the groups that a node cannot decode, because it does not get the weights. */
  void withoutWeights(RolloutMember member) {
    if (member.policyVersion < Math.max(0, ledger.oldestUsefulVersion())) {
      for (long groupId : ledger.decodedBy(member.id)) {
        AssignedGroup group = groups.get(groupId);
        outbox.send(member, new Revoke(outbox.epoch(), groupId, group.attempt));
        release(group);
      }
    }
    reposition(member);
  }

  /** A group that is neither scored nor in training is assigned again. */
  private void release(AssignedGroup group) {
    detach(group);
    ledger.release(group.groupId);
  }

  /** Separates a group from its nodes. */
  void detach(AssignedGroup group) {
    RolloutMember rollout = group.rollout;
    group.rollout = null;
    clearReward(group);
    withoutReward.remove(group.groupId);
    due.remove(group.groupId);
    holders.remove(group.groupId);
    if (rollout != null) {
      rollout.scoring.remove(group.groupId);
    }
  }

  // ---- reward nodes --------------------------------------------------------------------------

  /** A reward node is new, or has reported its groups. */
  void onHello(RewardMember member, List<HeldGroup> held) {
    member.held = new HashSet<>();
    for (HeldGroup group : held) {
      long groupId = group.groupId();
      member.held.add(groupId);
      if (!ledger.isOpen(groupId) && groupId < ledger.nextGroupId()
          || ledger.isScored(groupId) && !isScoredBy(groupId, member.node)) {
        outbox.send(member, new Accepted(outbox.epoch(), groupId));
      }
    }
    rewards.put(member);
    for (long groupId : List.copyOf(withoutReward)) {
      reassignReward(groups.get(groupId));
    }
    for (long groupId : List.copyOf(member.groups)) {
      if (isLost(groupId, member)) {
        sendElsewhere(groups.get(groupId));
      }
    }
  }

  /** Whether samples have not reached their reward node in time. */
  private boolean isLost(long groupId, RewardMember reward) {
    return ledger.isBeingScored(groupId)
        && !reward.held.contains(groupId)
        && rewards.isOverdue(groups.get(groupId).assignedNs);
  }

  /** The network between two nodes may be cut: another reward node gets the samples. */
  private void sendElsewhere(AssignedGroup group) {
    if (group.rollout != null) {
      rewards.notReached(group.rollout, group.reward);
      if (rewards.reachedBy(group.rollout).isPresent()) {
        reassignReward(group);
      }
    }
  }

  private boolean isScoredBy(long groupId, NodeId node) {
    AssignedGroup group = groups.get(groupId);
    return group == null || group.content == null || group.content.scoredBy().equals(node);
  }

  /** A reward node is lost: the rollout nodes send their samples to others. */
  void gone(RewardMember member) {
    rewards.remove(member);
    member.isGone = true;
    for (long groupId : List.copyOf(member.groups)) {
      reassignReward(groups.get(groupId));
    }
  }

  private void reassignReward(AssignedGroup group) {
    if (group.rollout == null) {
      release(group);
      return;
    }
    Optional<RewardMember> other = rewards.bestFor(group.rollout);
    if (other.isEmpty()) {
      clearReward(group);
      withoutReward.add(group.groupId);
    } else {
      setReward(group, other.get());
      restart(group);
      sendAssign(group);
    }
  }

  // ---- deadlines -----------------------------------------------------------------------------

  /** Assigns groups again that are overdue. */
  void tick() {
    long now = outbox.nowNs();
    while (!due.isEmpty()) {
      AssignedGroup first = due.values().iterator().next();
      if (now - first.deadlineNs < 0) {
        return;
      }
      due.remove(first.groupId);
      overdue(first);
    }
  }

  private void overdue(AssignedGroup group) {
    RolloutMember member = group.rollout;
    boolean isScoring = ledger.isBeingScored(group.groupId);
    outbox
        .events()
        .onWarning(
            "group %d was not %s in time (deadlines.group) and is assigned again"
                .formatted(group.groupId, isScoring ? "scored" : "sampled"));
    if (isScoring && member != null) {
      reassignReward(group);
      return;
    }
    if (member != null) {
      outbox.send(member, new Revoke(outbox.epoch(), group.groupId, group.attempt));
    }
    release(group);
    if (member != null) {
      reposition(member);
    }
  }

  /** After a pause of this process nobody is late. */
  void extendDeadlines() {
    due.values().forEach(group -> group.deadlineNs = outbox.nowNs() + groupNs);
  }
}
