package io.troupe.rollout.engine;

import io.troupe.protocols.sample.SampledGroup;

/**
 * Hears of a group's tokens and of its end, on the thread that drives the engine. It may submit and
 * cancel groups; a cancellation takes effect when the step is done.
 */
@FunctionalInterface
public interface CompletionListener {
  /** Every generation of the group has ended. */
  void onCompleted(SampledGroup group);

  /** Whether {@link #onToken} is wanted; detokenising as tokens come is skipped otherwise. */
  default boolean wantsTokens() {
    return false;
  }

  /**
   * A token has been chosen.
   *
   * @param groupId of the {@link io.troupe.protocols.sample.GroupSpec}
   * @param sampleIndex its completion in the group
   * @param tokenId the token
   * @param logProb its log-probability in nats, as in {@link
   *     io.troupe.protocols.sample.Completion#logProbs}
   * @param textDelta the text that is certain with it; may be empty, and may be the end of earlier
   *     tokens. All deltas together are the completion's text
   */
  default void onToken(
      long groupId, int sampleIndex, int tokenId, float logProb, String textDelta) {}
}
