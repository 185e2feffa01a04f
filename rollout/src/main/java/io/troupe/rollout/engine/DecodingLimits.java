package io.troupe.rollout.engine;

/**
 * The limits of a decoder.
 *
 * @param maxBatchSequences maximum number of completions in the batch, at least 1
 * @param maxCachedTokens capacity of the KV cache in tokens, prompts included, at least 1; rounded
 *     up to whole pages
 * @param maxPrefillTokens maximum number of prompt tokens in one forward pass, at least 1; longer
 *     prompts take several passes
 * @param maxWaitingGroups maximum number of groups in the queue, at least 1; more are refused
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
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }
}
