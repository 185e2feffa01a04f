package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;

/**
 * Computes the value of a completion.
 *
 * <p>Implementations are called from several threads at once and keep no state. A long computation
 * must end on {@link Thread#interrupt}, which the caller sends when its deadline passes.
 */
public interface Reward {

  /** Its name in configuration and metrics, such as {@code numeric-match}. */
  String name();

  /**
   * Computes the reward of one completion.
   *
   * @return the reward, any finite number, and the inputs that decided it
   * @throws RewardException if the completion cannot be scored, for example because the prompt has
   *     no answer to compare with; the sample is then left out of training, never counted as zero
   */
  RewardResult evaluate(Prompt prompt, Completion completion) throws RewardException;

  /**
   * Checks that a prompt has everything that this reward needs. Runs check every prompt at startup.
   *
   * @throws RewardException if completions of this prompt could not be scored
   */
  default void check(Prompt prompt) throws RewardException {}

  /** Whether the reward depends on the tokens of a completion, and not on its text alone. */
  default boolean readsTokens() {
    return false;
  }
}
