package io.troupe.actors.cluster.testing;

import io.troupe.actors.cluster.reward.ScoringWork;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import java.util.function.Consumer;

/** Scores by hashing, after a random time. */
public final class FakeScoring implements ScoringWork {
  private final TestProcess process;

  public FakeScoring(TestProcess process) {
    this.process = process;
  }

  @Override
  public Scoring score(SampledGroup group, int first, Consumer<Score> each) {
    boolean[] abandoned = new boolean[1];
    score(group, first, each, abandoned);
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

  private void score(SampledGroup group, int index, Consumer<Score> each, boolean[] abandoned) {
    process.later(
        100_000,
        10_000_000,
        () -> {
          if (abandoned[0]) {
            return;
          }
          each.accept(HashPolicy.score(group.completions().get(index)));
          if (index + 1 < group.completions().size()) {
            score(group, index + 1, each, abandoned);
          }
        });
  }
}
