package io.troupe.actors.cluster.testing;

import io.troupe.actors.cluster.reward.ScoringWork;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import java.util.function.Consumer;

/** Scores by hashing, after a random time. */
public final class FakeScoring implements ScoringWork {
  private final TestProcess process;

  public FakeScoring(TestProcess process) {
    this.process = process;
  }

  @Override
  public Scoring score(Prompt prompt, Completion completion, Consumer<Score> done) {
    boolean[] abandoned = new boolean[1];
    process.later(
        100_000,
        10_000_000,
        () -> {
          if (!abandoned[0]) {
            done.accept(HashPolicy.score(completion));
          }
        });
    return new Scoring() {
      @Override
      public String reward() {
        return "hash";
      }

      @Override
      public void abandon() {
        abandoned[0] = true;
      }
    };
  }
}
