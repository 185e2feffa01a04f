package io.troupe.actors.coordinator;

import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;
import java.util.Map;

/**
 * The books between two steps, as a checkpoint holds them.
 *
 * @param policyVersion steps trained
 * @param nextGroupId the id that the next issued group gets
 * @param groupsTrained groups trained, each in exactly one step
 * @param groupsDroppedByReason groups dropped, by the label of their {@link DropReason}
 * @param samplesTrained completions in trained groups that had a score
 * @param samplesUnscorableByReason completions without a score, by reason
 * @param tokensGenerated tokens of all samples that came back
 * @param rolloutRestarts rollout actors that died and were replaced
 * @param issued open groups without samples, by id
 * @param sampled open groups without scores, by id
 * @param scored open groups that wait for the learner, by id
 */
public record LedgerState(
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

  /** Copies what may change. */
  public LedgerState {
    groupsDroppedByReason = Map.copyOf(groupsDroppedByReason);
    samplesUnscorableByReason = Map.copyOf(samplesUnscorableByReason);
    issued = List.copyOf(issued);
    sampled = List.copyOf(sampled);
    scored = List.copyOf(scored);
  }

  /** The books of a run that has done nothing yet. */
  public static LedgerState empty() {
    return new LedgerState(0, 0, 0, Map.of(), 0, Map.of(), 0, 0, List.of(), List.of(), List.of());
  }

  /** Groups issued so far: their ids are counted from 0. */
  public long groupsIssued() {
    return nextGroupId;
  }

  /** Groups that are neither trained nor dropped. */
  public long groupsOpen() {
    return (long) issued.size() + sampled.size() + scored.size();
  }
}
