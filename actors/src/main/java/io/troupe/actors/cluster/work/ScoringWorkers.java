package io.troupe.actors.cluster.work;

import io.troupe.actors.cluster.reward.ScoringWork;
import io.troupe.actors.reward.ScoringThreads;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import io.troupe.reward.RewardSum;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Scores samples, each on a thread that can be abandoned. The caller must close it. */
public final class ScoringWorkers implements ScoringWork, AutoCloseable {
  private final RewardSum rewards;
  private final Executor core;
  private final ScoringThreads threads = new ScoringThreads();

  /**
   * Workers without work.
   *
   * @param core runs completions
   */
  public ScoringWorkers(RewardSum rewards, Executor core) {
    this.rewards = rewards;
    this.core = core;
  }

  @Override
  public Scoring score(Prompt prompt, Completion completion, Consumer<Score> done) {
    Sample sample = new Sample(prompt, completion, done);
    threads.start(sample);
    return sample;
  }

  private final class Sample extends ScoringThreads.Work implements Scoring {
    private final Prompt prompt;
    private final Completion completion;
    private final Consumer<Score> done;

    Sample(Prompt prompt, Completion completion, Consumer<Score> done) {
      threads.super();
      this.prompt = prompt;
      this.completion = completion;
      this.done = done;
    }

    @Override
    protected void work() {
      Score score = rewards.score(prompt, completion, this::starts);
      core.execute(
          () -> {
            if (!isAbandoned()) {
              done.accept(score);
            }
          });
    }

    @Override
    public void abandon() {
      threads.abandon(this, reward());
    }
  }

  @Override
  public void close() {
    threads.close();
  }
}
