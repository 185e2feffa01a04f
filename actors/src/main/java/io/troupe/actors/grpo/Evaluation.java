package io.troupe.actors.grpo;

import io.troupe.actors.reward.DeadlineScorer;
import io.troupe.actors.run.SampleText;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.reward.RewardSum;
import io.troupe.rollout.engine.DecodingEngine;
import java.util.ArrayList;
import java.util.List;

/** Has the policy answer the held-out questions, greedily, and scores the answers. */
final class Evaluation {
  private static final long NO_GROUP = -1;

  private final GrpoInputs inputs;

  Evaluation(GrpoInputs inputs) {
    this.inputs = inputs;
  }

  /** Whether there are questions. */
  boolean isPossible() {
    return !inputs.heldOut().isEmpty();
  }

  /**
   * Measures the policy as it is.
   *
   * @param step after which step
   * @throws InterruptedException if the thread is interrupted
   */
  EvaluationResult run(long step) throws InterruptedException {
    Completion[] answers = answer(step);
    List<SampleText> texts = new ArrayList<>();
    int numPerfect = 0;
    int numScored = 0;
    double sum = 0;
    try (DeadlineScorer scorer =
        new DeadlineScorer(inputs.rewards(), inputs.config().deadlines().reward())) {
      for (int i = 0; i < answers.length; i++) {
        Prompt prompt = inputs.heldOut().get(i);
        Score score = scorer.score(prompt, answers[i]);
        texts.add(SampleTexts.of(step, NO_GROUP, prompt, answers[i], score));
        if (RewardSum.isPerfect(score)) {
          numPerfect++;
        }
        if (score instanceof Score.Scored(double value, var _)) {
          numScored++;
          sum += value;
        }
      }
    }
    return new EvaluationResult(step, (double) numPerfect / answers.length, sum / numScored, texts);
  }

  private Completion[] answer(long step) throws InterruptedException {
    Completion[] answers = new Completion[inputs.heldOut().size()];
    GenerationConfig greedy = GenerationConfig.greedy(inputs.config().grpo().maxCompletionLength());
    try (DecodingEngine engine =
        new DecodingEngine(inputs.policy(), inputs.tokenizer(), inputs.decodingLimits())) {
      engine.weightsChanged(step);
      int next = 0;
      boolean hasWork = true;
      while (hasWork) {
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped in an evaluation");
        }
        for (; next < answers.length && engine.hasRoom(); next++) {
          int question = next;
          GroupSpec spec =
              new GroupSpec(next, inputs.heldOut().get(next), 1, inputs.config().seed());
          engine.submit(spec, greedy, group -> answers[question] = only(group));
        }
        hasWork = engine.step();
      }
    }
    return answers;
  }

  private static Completion only(SampledGroup group) {
    return group.completions().getFirst();
  }
}
