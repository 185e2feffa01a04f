package io.troupe.actors.coordinator;

import io.troupe.actors.ledger.DigestLedger;
import io.troupe.actors.ledger.GroupDigest;
import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.actors.ledger.LedgerStart;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * The ledger of a local run, which also keeps the content of the open groups. {@link DigestLedger}
 * decides about their stages. Not thread-safe.
 */
final class GroupLedger {
  private final LongFunction<GroupSpec> specs;
  private final DigestLedger ledger;
  private final Map<Long, GroupSpec> open = new TreeMap<>();
  private final Map<Long, SampledGroup> sampled = new TreeMap<>();
  private final Map<Long, ScoredGroup> scored = new TreeMap<>();

  /**
   * A ledger that continues from a state.
   *
   * @param specs creates the group of an id
   */
  GroupLedger(LedgerLimits limits, LongFunction<GroupSpec> specs, Ledger state) {
    this.specs = specs;
    this.ledger = new DigestLedger(limits, start(state), (groupId, _) -> forget(groupId));
    for (GroupSpec spec : state.issued()) {
      open.put(spec.groupId(), spec);
      ledger.addWaiting(spec.groupId());
    }
    for (SampledGroup group : state.sampled()) {
      open.put(group.spec().groupId(), group.spec());
      sampled.put(group.spec().groupId(), group);
      ledger.addScoring(group.spec().groupId());
    }
    for (ScoredGroup group : state.scored()) {
      GroupSpec spec = group.group().spec();
      open.put(spec.groupId(), spec);
      scored.put(spec.groupId(), group);
      ledger.addScored(GroupDigest.of(group));
    }
  }

  private static LedgerStart start(Ledger state) {
    return new LedgerStart(
        state.policyVersion(),
        state.nextGroupId(),
        state.groupsTrained(),
        state.samplesTrained(),
        state.tokensGenerated(),
        state.groupsDroppedByReason(),
        state.samplesUnscorableByReason());
  }

  private void forget(long groupId) {
    open.remove(groupId);
    sampled.remove(groupId);
    scored.remove(groupId);
  }

  long policyVersion() {
    return ledger.policyVersion();
  }

  /** The oldest version of the weights that new samples may come from. */
  long oldestUsefulVersion() {
    return ledger.oldestUsefulVersion();
  }

  /** Groups dropped since a step was trained. */
  int droppedInARow() {
    return ledger.droppedInARow();
  }

  /**
   * Issues groups up to the limit.
   *
   * @param asked whether the learner waits for a batch
   */
  void issue(boolean asked) {
    long from = ledger.nextGroupId();
    ledger.issue(asked);
    for (long groupId = from; groupId < ledger.nextGroupId(); groupId++) {
      open.put(groupId, specs.apply(groupId));
    }
  }

  /** The first group that is not assigned to a rollout actor. */
  Optional<GroupSpec> firstWaiting() {
    return ledger.firstWaiting().stream().mapToObj(open::get).findFirst();
  }

  /** Assigns a group to a rollout actor. */
  void give(long groupId, int workerId) {
    ledger.give(groupId, workerId);
  }

  /** The groups of a rollout actor, in order. */
  List<Long> decodedBy(int workerId) {
    return ledger.decodedBy(workerId);
  }

  /** The number of groups of a rollout actor. */
  int numDecodedBy(int workerId) {
    return ledger.numDecodedBy(workerId);
  }

  /** Whether a rollout actor decodes this group. */
  boolean isDecodedBy(long groupId, int workerId) {
    return ledger.isDecodedBy(groupId, workerId);
  }

  /** Releases the groups of a rollout actor that failed. */
  void takeBack(int workerId) {
    ledger.decodedBy(workerId).forEach(ledger::failed);
  }

  /** Adds the samples of a group, which is scored next. */
  void sampled(SampledGroup group) {
    ledger.sampled(group.spec().groupId());
    ledger.countTokens(GroupDigest.numTokens(group));
    sampled.put(group.spec().groupId(), group);
  }

  /** Groups in scoring; a run that is resumed scores them again. */
  List<SampledGroup> beingScored() {
    return List.copyOf(sampled.values());
  }

  /** Adds the scores of a group, which then waits for the learner, unless it is dropped. */
  void scored(ScoredGroup group) {
    GroupDigest digest = GroupDigest.of(group);
    scored.put(digest.groupId(), group);
    ledger.scored(digest);
    sampled.remove(digest.groupId());
  }

  /** The groups of the next step, in order of their ids; empty if there are too few. */
  Optional<List<ScoredGroup>> takeBatch() {
    return ledger.takeBatch().map(batch -> batch.stream().map(scored::get).toList());
  }

  /** Commits a trained batch and the version of the policy after it. */
  void trained(long newPolicyVersion, Collection<Long> groupIds, int newSamplesTrained) {
    ledger.trained(newPolicyVersion, groupIds, newSamplesTrained);
    groupIds.forEach(this::forget);
  }

  /** The stages of the open groups, for the message of a passed deadline. */
  String describe() {
    return ledger.describe();
  }

  /** Groups dropped so far, by reason. */
  Map<String, Long> groupsDropped() {
    return ledger.groupsDropped();
  }

  /** The ledger between two steps. */
  Ledger state(long rolloutRestarts) {
    List<GroupSpec> issued = new ArrayList<>();
    open.forEach(
        (groupId, spec) -> {
          if (!sampled.containsKey(groupId) && !scored.containsKey(groupId)) {
            issued.add(spec);
          }
        });
    return new Ledger(
        ledger.policyVersion(),
        ledger.nextGroupId(),
        ledger.groupsTrained(),
        ledger.groupsDropped(),
        ledger.samplesTrained(),
        ledger.samplesUnscorable(),
        ledger.tokensGenerated(),
        rolloutRestarts,
        issued,
        List.copyOf(sampled.values()),
        List.copyOf(scored.values()));
  }
}
