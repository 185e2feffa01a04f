package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;

/**
 * Says what a completion is worth.
 *
 * <p>Implementations are called from several threads at once and keep no state. One that takes long
 * answers {@link Thread#interrupt}, which the caller sends when its deadline passes.
 */
public interface Reward {

  /** Its name in configuration and metrics, such as {@code numeric-match}. */
  String name();

  /**
   * The reward of one completion.
   *
   * @return any finite number; the built-in rewards stay in [0, 1]
   * @throws RewardException if the completion cannot be scored, such as for want of an answer to
   *     compare with; the sample is then left out of training, never counted as zero
   */
  double score(Prompt prompt, Completion completion) throws RewardException;
}
