package io.troupe.actors.coordinator;

import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The ledger of a GRPO run between two steps: counts of finished groups, and the groups in
 * progress. The coordinator maintains it, checkpoints store it and the summary reports it. Every
 * issued group is trained, dropped or open.
 *
 * @param policyVersion number of training steps completed
 * @param nextGroupId the id of the next group that is issued; ids start at 0
 * @param groupsTrained groups trained, each in exactly one step
 * @param groupsDroppedByReason groups dropped, by the label of their {@link
 *     io.troupe.actors.ledger.DropReason}
 * @param samplesTrained completions in trained groups that had a score
 * @param samplesUnscorableByReason completions without a score, by reason
 * @param tokensGenerated tokens of all samples that were returned
 * @param rolloutRestarts rollout actors that failed and were replaced
 * @param issued open groups without samples, by id
 * @param sampled open groups without scores, by id
 * @param scored open groups that wait for the learner, by id
 */
public record Ledger(
    long policyVersion,
    long nextGroupId,
    long groupsTrained,
    Map<String, Long> groupsDroppedByReason,
    long samplesTrained,
    Map<String, Long> samplesUnscorableByReason,
    long tokensGenerated,
    long rolloutRestarts,
    List<GroupSpec> issued,
    List<SampledGroup> sampled,
    List<ScoredGroup> scored) {

  /** Copies the collections and checks that the counts balance and no group is open twice. */
  public Ledger {
    groupsDroppedByReason = Map.copyOf(groupsDroppedByReason);
    samplesUnscorableByReason = Map.copyOf(samplesUnscorableByReason);
    issued = List.copyOf(issued);
    sampled = List.copyOf(sampled);
    scored = List.copyOf(scored);
    requireCount("policy_version", policyVersion);
    requireCount("next_group_id", nextGroupId);
    requireCount("groups_trained", groupsTrained);
    requireCount("samples_trained", samplesTrained);
    requireCount("tokens_generated", tokensGenerated);
    requireCount("rollout_restarts", rolloutRestarts);
    groupsDroppedByReason.forEach(Ledger::requireCount);
    samplesUnscorableByReason.forEach(Ledger::requireCount);
    long dropped = total(groupsDroppedByReason);
    int open = issued.size() + sampled.size() + scored.size();
    if (nextGroupId != groupsTrained + dropped + open) {
      throw new IllegalArgumentException(
          "the ledger does not balance: %d groups issued, %d trained, %d dropped, %d open"
              .formatted(nextGroupId, groupsTrained, dropped, open));
    }
    requireDistinct(nextGroupId, ids(issued, sampled, scored));
  }

  private static void requireCount(String name, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(
          name + " must not be negative, got " + count + " in the ledger");
    }
  }

  private static LongStream ids(
      List<GroupSpec> issued, List<SampledGroup> sampled, List<ScoredGroup> scored) {
    return Stream.of(
            issued.stream(),
            sampled.stream().map(SampledGroup::spec),
            scored.stream().map(group -> group.group().spec()))
        .flatMap(specs -> specs)
        .mapToLong(GroupSpec::groupId);
  }

  private static void requireDistinct(long nextGroupId, LongStream ids) {
    Set<Long> seen = new HashSet<>();
    ids.forEach(
        id -> {
          if (id >= nextGroupId || !seen.add(id)) {
            throw new IllegalArgumentException(
                "group %d is open twice or not issued yet (next_group_id is %d)"
                    .formatted(id, nextGroupId));
          }
        });
  }

  private static long total(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The ledger of a run before its first step. */
  public static Ledger empty() {
    return new Ledger(0, 0, 0, Map.of(), 0, Map.of(), 0, 0, List.of(), List.of(), List.of());
  }

  /** Groups issued so far. */
  public long groupsIssued() {
    return nextGroupId;
  }

  /** Groups dropped, for any reason. */
  public long groupsDropped() {
    return total(groupsDroppedByReason);
  }

  /** Completions without a score, for any reason. */
  public long samplesUnscorable() {
    return total(samplesUnscorableByReason);
  }

  /** Groups that are neither trained nor dropped. */
  public long groupsOpen() {
    return (long) issued.size() + sampled.size() + scored.size();
  }
}
