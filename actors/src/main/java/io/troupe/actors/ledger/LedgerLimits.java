package io.troupe.actors.ledger;

import io.troupe.protocols.config.RunConfig;

/**
 * The limits of the groups of a run.
 *
 * @param steps steps of the whole run
 * @param groupsPerStep groups in a step
 * @param maxStaleness maximum number of policy versions by which a token may be older than the
 *     policy that it trains
 * @param maxAttempts number of times a group is issued before it is dropped
 */
public record LedgerLimits(int steps, int groupsPerStep, int maxStaleness, int maxAttempts) {

  /** The limits that a configuration sets. */
  public static LedgerLimits of(RunConfig config) {
    return new LedgerLimits(
        config.steps(),
        config.groupsPerStep(),
        config.maxStaleness(),
        config.rollout().maxAttempts());
  }
}
