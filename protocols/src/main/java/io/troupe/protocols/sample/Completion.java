package io.troupe.protocols.sample;

import java.util.Objects;

/**
 * One sampled completion. Tokens are never tokenized again: the sampled tokens are trained.
 *
 * @param sampleIndex index in its group, from 0
 * @param tokenIds the sampled tokens, end-of-text included; not to be changed
 * @param logProbs for each token its log-probability, in nats, under the temperature-scaled policy
 *     that sampled it; not to be changed
 * @param policyVersions for each token the version of that policy; not to be changed
 * @param text the tokens as text. In a run, special tokens are part of it, so that rewards see tags
 *     such as {@code <think>}; tokens that begin, end or pad a text are not
 * @param finishReason why the completion ended
 */
@SuppressWarnings("ArrayRecordComponent") // handed over from the decoder, never changed
public record Completion(
    int sampleIndex,
    int[] tokenIds,
    float[] logProbs,
    long[] policyVersions,
    String text,
    FinishReason finishReason) {

  /** Checks that the arrays have the same length. */
  public Completion {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(finishReason, "finishReason");
    if (tokenIds.length != logProbs.length || tokenIds.length != policyVersions.length) {
      throw new IllegalArgumentException(
          "sample %d must have a log-probability and a version for each of its %d tokens, got %d and %d"
              .formatted(sampleIndex, tokenIds.length, logProbs.length, policyVersions.length));
    }
  }

  /** The oldest policy version that sampled one of its tokens; -1 if it has no tokens. */
  public long oldestPolicyVersion() {
    long oldest = Long.MAX_VALUE;
    for (long version : policyVersions) {
      oldest = Math.min(oldest, version);
    }
    return oldest == Long.MAX_VALUE ? -1 : oldest;
  }
}
