package io.troupe.actors.grpo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a run; {@code summary.json} holds it under the names of {@link #toMap}.
 *
 * @param steps steps trained
 * @param accuracyBefore held-out accuracy before the first step, in [0, 1]; NaN without questions
 * @param accuracyAfter the same after the last one
 * @param groupsIssued groups given out, each counted once
 * @param groupsTrained groups trained, each in exactly one step
 * @param groupsDroppedByReason groups dropped, by reason
 * @param groupsOpen groups that were still under way when the run ended: issued = trained + dropped
 *     + open
 * @param samplesTrained completions in trained groups that had a score
 * @param samplesUnscorableByReason completions without a score, by reason
 * @param logprobGapMax the largest difference, in nats, between a token's log-probability in the
 *     rollout and in the learner under the same weights
 * @param tokensGenerated tokens sampled for training
 * @param tokensPerSecond those over the wall time of the steps
 * @param rolloutRestarts how often a rollout actor died and was restarted
 * @param wallSeconds wall time of the whole run, warm start and evaluation included
 * @param peakResidentBytes the most memory that the process held; 0 where the system does not say
 */
public record GrpoSummary(
    long steps,
    double accuracyBefore,
    double accuracyAfter,
    long groupsIssued,
    long groupsTrained,
    Map<String, Long> groupsDroppedByReason,
    long groupsOpen,
    long samplesTrained,
    Map<String, Long> samplesUnscorableByReason,
    double logprobGapMax,
    long tokensGenerated,
    double tokensPerSecond,
    long rolloutRestarts,
    double wallSeconds,
    long peakResidentBytes) {

  /** Copies the maps and checks that the books balance. */
  public GrpoSummary {
    groupsDroppedByReason = Map.copyOf(groupsDroppedByReason);
    samplesUnscorableByReason = Map.copyOf(samplesUnscorableByReason);
    long dropped = total(groupsDroppedByReason);
    if (groupsIssued != groupsTrained + dropped + groupsOpen) {
      throw new IllegalStateException(
          "the books do not balance: %d groups issued, %d trained, %d dropped, %d open"
              .formatted(groupsIssued, groupsTrained, dropped, groupsOpen));
    }
  }

  /** Groups dropped, for whatever reason. */
  public long groupsDropped() {
    return total(groupsDroppedByReason);
  }

  /** Completions without a score, for whatever reason. */
  public long samplesUnscorable() {
    return total(samplesUnscorableByReason);
  }

  private static long total(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The keys and values of {@code summary.json}, in its order; null stands for NaN. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("steps", steps);
    map.put("accuracy_before", orNull(accuracyBefore));
    map.put("accuracy_after", orNull(accuracyAfter));
    map.put("groups_issued", groupsIssued);
    map.put("groups_trained", groupsTrained);
    map.put("groups_dropped", groupsDropped());
    map.put("groups_dropped_by_reason", new TreeMap<>(groupsDroppedByReason));
    map.put("groups_open", groupsOpen);
    map.put("samples_trained", samplesTrained);
    map.put("samples_unscorable", samplesUnscorable());
    map.put("samples_unscorable_by_reason", new TreeMap<>(samplesUnscorableByReason));
    map.put("logprob_gap_max", orNull(logprobGapMax));
    map.put("tokens_generated", tokensGenerated);
    map.put("tokens_per_second", orNull(tokensPerSecond));
    map.put("rollout_restarts", rolloutRestarts);
    map.put("wall_seconds", wallSeconds);
    map.put("peak_resident_bytes", peakResidentBytes);
    return map;
  }

  private static Double orNull(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
