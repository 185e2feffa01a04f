package io.troupe.protocols.config;

import com.typesafe.config.Config;

/**
 * The rollout actors and the limits of their decoders.
 *
 * @param numActors rollout actors, each with its own copy of the weights
 * @param maxBatchSequences sequences that one forward pass carries at most
 * @param maxCachedTokens tokens that a decoder's KV cache holds at most; 0 to work it out from the
 *     model and the batch
 * @param maxPrefillTokens prompt tokens that one forward pass takes in at most
 * @param maxAttempts how often a group is given out before it is dropped, when rollout actors die
 *     with it
 */
public record RolloutConfig(
    int numActors,
    int maxBatchSequences,
    int maxCachedTokens,
    int maxPrefillTokens,
    int maxAttempts) {

  /** Checks the ranges. */
  public RolloutConfig {
    Settings.require(numActors >= 1, "rollout.num-actors", numActors, "set 1 or more");
    Settings.require(
        maxBatchSequences >= 1, "rollout.max-batch-sequences", maxBatchSequences, "set 1 or more");
    Settings.require(
        maxCachedTokens >= 0, "rollout.max-cached-tokens", maxCachedTokens, "set 0 or more");
    Settings.require(
        maxPrefillTokens >= 1, "rollout.max-prefill-tokens", maxPrefillTokens, "set 1 or more");
    Settings.require(maxAttempts >= 1, "rollout.max-attempts", maxAttempts, "set 1 or more");
  }

  /** Reads the section {@code rollout}. */
  public static RolloutConfig from(Config config) {
    return new RolloutConfig(
        config.getInt("num-actors"),
        config.getInt("max-batch-sequences"),
        config.getInt("max-cached-tokens"),
        config.getInt("max-prefill-tokens"),
        config.getInt("max-attempts"));
  }
}
