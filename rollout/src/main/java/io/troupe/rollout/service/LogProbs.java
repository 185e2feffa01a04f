package io.troupe.rollout.service;

import java.util.OptionalInt;

/**
 * The log-probabilities that a request asks for beside those of the completion's tokens, which
 * every completion has. They are those of the temperature-scaled softmax of the logits, before
 * penalties, biases and masks; for greedy decoding the temperature is 1.
 *
 * @param completion number of most likely alternatives for each token of the completion, in [0,
 *     20]; empty for none
 * @param prompt number of most likely alternatives for each token of the prompt, in [0, 20]; empty
 *     if the prompt's log-probabilities are not needed
 */
public record LogProbs(OptionalInt completion, OptionalInt prompt) {
  /** The largest number of alternatives. */
  public static final int MAX_ALTERNATIVES = 20;

  /** No alternatives, and no log-probabilities of the prompt. */
  public static final LogProbs NONE = new LogProbs(OptionalInt.empty(), OptionalInt.empty());

  /** Checks the ranges. */
  public LogProbs {
    require(completion, "logprobs");
    require(prompt, "prompt-logprobs");
  }

  private static void require(OptionalInt count, String name) {
    int number = count.orElse(0);
    if (number < 0 || number > MAX_ALTERNATIVES) {
      throw new IllegalArgumentException(
          name + " must be in [0, " + MAX_ALTERNATIVES + "], got " + number);
    }
  }
}
