package io.troupe.actors.grpo;

import io.troupe.actors.run.SampleText;
import java.util.List;

/**
 * Greedy answers to the held-out questions.
 *
 * @param step after which step; 0 before the first
 * @param accuracy the share of answers whose reward is 1 (within 1e-9); NaN without questions
 * @param meanReward the mean reward of the scorable answers
 * @param answers one for each question, in order
 */
public record EvaluationResult(
    long step, double accuracy, double meanReward, List<SampleText> answers) {

  /** Copies the answers. */
  public EvaluationResult {
    answers = List.copyOf(answers);
  }
}
