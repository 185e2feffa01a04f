package io.troupe.actors.grpo;

import io.troupe.actors.reward.DeadlineScorer;
import io.troupe.actors.run.SampleText;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import io.troupe.reward.RewardSum;
import io.troupe.rollout.service.DecodingEvent;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.DecodingService;
import io.troupe.rollout.service.InlineDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Generates greedy answers to the held-out questions with the policy, and scores them. */
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
   * Evaluates the current policy.
   *
   * @param step after which the policy is evaluated
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

  /** Decodes on this thread, so that it ends with it. */
  private Completion[] answer(long step) throws InterruptedException {
    List<Prompt> questions = inputs.heldOut();
    GenerationConfig greedy = GenerationConfig.greedy(inputs.config().grpo().maxCompletionLength());
    try (InlineDecoder decoder =
        new InlineDecoder(inputs.policy(), inputs.tokenizer(), inputs.decodingLimits())) {
      DecodingService service = decoder.service();
      service.swapWeights(() -> step); // the policy has the weights already
      List<CompletionStage<Optional<DecodingEvent>>> answers = new ArrayList<>();
      do {
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped in an evaluation");
        }
        int maxOpen = inputs.decodingLimits().maxWaitingGroups();
        while (answers.size() < questions.size() && service.numOpen() < maxOpen) {
          int i = answers.size();
          GroupSpec spec = new GroupSpec(i, questions.get(i), 1, inputs.config().seed());
          answers.add(service.submit(DecodingRequest.forRewards(spec, greedy)).next());
        }
      } while (decoder.advance());
      Completion[] completions = new Completion[answers.size()];
      for (int i = 0; i < completions.length; i++) {
        completions[i] = only(service.await(answers.get(i), Duration.ZERO).orElseThrow());
      }
      return completions;
    } finally {
      inputs.policy().releasePackedCopies(); // training does not use them
      inputs.engine().memory().trim();
    }
  }

  private static Completion only(DecodingEvent event) {
    return ((RequestCompleted) event).group().completions().getFirst();
  }
}
