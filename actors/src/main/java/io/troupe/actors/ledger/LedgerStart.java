package io.troupe.actors.ledger;

import java.util.Map;

/**
 * The counts with which a ledger continues. Groups that are open are added afterwards.
 *
 * @param policyVersion number of training steps completed
 * @param nextGroupId id of the next group that is issued
 * @param groupsTrained groups trained
 * @param samplesTrained completions in trained groups that had a score
 * @param tokensGenerated tokens of all samples that were returned
 * @param dropped groups dropped, by the label of their {@link DropReason}
 * @param unscorable completions without a score, by reason
 */
public record LedgerStart(
    long policyVersion,
    long nextGroupId,
    long groupsTrained,
    long samplesTrained,
    long tokensGenerated,
    Map<String, Long> dropped,
    Map<String, Long> unscorable) {

  /** Copies the maps. */
  public LedgerStart {
    dropped = Map.copyOf(dropped);
    unscorable = Map.copyOf(unscorable);
  }
}
