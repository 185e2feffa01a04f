package io.troupe.actors.grpo;

import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.SampleText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The greedy answers to the held-out questions, with accuracy and reward.
 *
 * @param step after which the policy was evaluated; 0 before the first
 * @param accuracy the fraction of answers whose reward is 1 (within 1e-9); NaN without questions
 * @param meanReward the mean reward of the scorable answers
 * @param answers one per question, in order
 */
public record EvaluationResult(
    long step, double accuracy, double meanReward, List<SampleText> answers) {

  /** Copies the answers. */
  public EvaluationResult {
    answers = List.copyOf(answers);
  }

  /** The result as an event of the run. */
  RunEvent.Evaluated toEvent() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("accuracy", accuracy);
    figures.put("mean_reward", meanReward);
    return new RunEvent.Evaluated(step, figures, answers);
  }

  /** The result of an event of a GRPO run. */
  public static EvaluationResult of(RunEvent.Evaluated event) {
    return new EvaluationResult(
        event.step(),
        event.figures().get("accuracy"),
        event.figures().get("mean_reward"),
        event.answers());
  }
}
