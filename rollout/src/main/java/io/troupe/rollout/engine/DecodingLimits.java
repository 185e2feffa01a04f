package io.troupe.rollout.engine;

import java.util.Objects;

/**
 * The limits of a decoder.
 *
 * @param maxBatchSequences maximum number of completions in the batch, at least 1; those whose
 *     reader pauses are not counted
 * @param maxCachedTokens capacity of the KV cache in tokens, prompts included, at least 1; rounded
 *     up to whole pages
 * @param maxPrefillTokens maximum number of prompt tokens in one forward pass, at least 1; longer
 *     prompts take several passes
 * @param maxWaitingGroups maximum number of groups in the queue, at least 1; more are refused
 * @param prefixCaching whether the keys and values of prompts and completions are kept for later
 *     groups that begin with the same tokens
 */
public record DecodingLimits(
    int maxBatchSequences,
    int maxCachedTokens,
    int maxPrefillTokens,
    int maxWaitingGroups,
    PrefixCaching prefixCaching) {

  /** Whether pages stay cached after their group has ended. */
  public enum PrefixCaching {
    /** Unused pages keep their content until another group needs them. */
    ON,
    /** Every group computes its whole prompt. */
    OFF
  }

  /** Checks the ranges. */
  public DecodingLimits {
    require(maxBatchSequences >= 1, "max-batch-sequences", maxBatchSequences);
    require(maxCachedTokens >= 1, "max-cached-tokens", maxCachedTokens);
    require(maxPrefillTokens >= 1, "max-prefill-tokens", maxPrefillTokens);
    require(maxWaitingGroups >= 1, "max-waiting-groups", maxWaitingGroups);
    Objects.requireNonNull(prefixCaching, "prefixCaching");
  }

  /** Limits without prefix caching. */
  public DecodingLimits(
      int maxBatchSequences, int maxCachedTokens, int maxPrefillTokens, int maxWaitingGroups) {
    this(maxBatchSequences, maxCachedTokens, maxPrefillTokens, maxWaitingGroups, PrefixCaching.OFF);
  }

  /** Limits with a queue of 1,024 groups. */
  public DecodingLimits(int maxBatchSequences, int maxCachedTokens, int maxPrefillTokens) {
    this(maxBatchSequences, maxCachedTokens, maxPrefillTokens, 1024);
  }

  /** These limits with prefix caching on or off. */
  public DecodingLimits withPrefixCaching(PrefixCaching caching) {
    return new DecodingLimits(
        maxBatchSequences, maxCachedTokens, maxPrefillTokens, maxWaitingGroups, caching);
  }

  private static void require(boolean holds, String name, int value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }
}
