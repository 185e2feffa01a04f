package io.troupe.reward;

import java.util.Objects;

/**
 * The value of one reward with the inputs that decided it, for people who check a reward.
 *
 * @param value the reward; the built-in rewards stay in [0, 1]
 * @param parsedCompletion the part of the completion that the reward compared, such as its final
 *     number; empty when the reward found none
 * @param parsedAnswer the part of the prompt's fields that it was compared with; empty when the
 *     reward compares with none
 */
public record RewardResult(double value, String parsedCompletion, String parsedAnswer) {

  /** Checks that both texts are set. */
  public RewardResult {
    Objects.requireNonNull(parsedCompletion, "parsedCompletion");
    Objects.requireNonNull(parsedAnswer, "parsedAnswer");
  }

  /** A reward that compares with nothing. */
  public static RewardResult of(double value, String parsedCompletion) {
    return new RewardResult(value, parsedCompletion, "");
  }
}
