package io.troupe.log.record;

import java.util.List;
import java.util.Map;

/**
 * The counts of the coordinator's ledger at a position of the log, so that a coordinator that
 * starts there needs none of the records before.
 *
 * @param nextGroupId id of the next group that is issued
 * @param groupsTrained groups in committed steps
 * @param samplesTrained completions of these groups that had a score
 * @param tokensGenerated tokens of all samples of trained and dropped groups
 * @param rolloutRestarts rollout nodes that failed with groups
 * @param groupsDropped dropped groups by reason
 * @param samplesUnscorable completions without a score by reason
 * @param open ids below {@code nextGroupId} that are neither trained nor dropped, ascending
 */
public record LedgerCounts(
    long nextGroupId,
    long groupsTrained,
    long samplesTrained,
    long tokensGenerated,
    long rolloutRestarts,
    Map<String, Long> groupsDropped,
    Map<String, Long> samplesUnscorable,
    List<Long> open) {

  /** Copies the collections and checks that the ids are ascending and below the next one. */
  public LedgerCounts {
    groupsDropped = Map.copyOf(groupsDropped);
    samplesUnscorable = Map.copyOf(samplesUnscorable);
    open = List.copyOf(open);
    long previous = -1;
    for (long id : open) {
      if (id <= previous || id >= nextGroupId) {
        throw new IllegalArgumentException(
            "open groups must be ascending and below %d, got %d after %d"
                .formatted(nextGroupId, id, previous));
      }
      previous = id;
    }
  }
}
