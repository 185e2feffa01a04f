package io.troupe.rollout.engine;

/**
 * How much an engine takes on.
 *
 * @param maxBatchSequences completions that run at once, at least 1
 * @param maxCachedTokens tokens that the KV cache holds, prompts included, at least one page
 * @param maxPrefillTokens prompt tokens of one forward pass, at least 1: longer prompts are read in
 *     several
 * @param maxWaitingGroups groups that wait for their turn, at least 1; more are refused
 */
public record DecodingLimits(
    int maxBatchSequences, int maxCachedTokens, int maxPrefillTokens, int maxWaitingGroups) {

  /** Checks the ranges. */
  public DecodingLimits {
    require(maxBatchSequences >= 1, "max-batch-sequences", maxBatchSequences);
    require(maxCachedTokens >= 1, "max-cached-tokens", maxCachedTokens);
    require(maxPrefillTokens >= 1, "max-prefill-tokens", maxPrefillTokens);
    require(maxWaitingGroups >= 1, "max-waiting-groups", maxWaitingGroups);
  }

  /** Limits with a queue of 1,024 groups. */
  public DecodingLimits(int maxBatchSequences, int maxCachedTokens, int maxPrefillTokens) {
    this(maxBatchSequences, maxCachedTokens, maxPrefillTokens, 1024);
  }

  private static void require(boolean holds, String name, int value) {
    if (!holds) {
      throw new IllegalArgumentException(name + "=" + value + ": wants 1 or more");
    }
  }
}
