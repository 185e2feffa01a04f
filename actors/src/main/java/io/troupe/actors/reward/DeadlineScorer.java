package io.troupe.actors.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import io.troupe.reward.RewardSum;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Scores samples one by one while the caller waits. A sample whose reward exceeds the deadline is
 * unscorable; its thread is interrupted and abandoned.
 */
public final class DeadlineScorer implements AutoCloseable {
  private final RewardSum rewards;
  private final Duration deadline;
  private final ScoringThreads threads = new ScoringThreads();

  /**
   * A scorer.
   *
   * @param deadline for each sample
   */
  public DeadlineScorer(RewardSum rewards, Duration deadline) {
    this.rewards = rewards;
    this.deadline = deadline;
  }

  /**
   * The score of a completion.
   *
   * @throws IllegalStateException if too many rewards do not return
   * @throws InterruptedException if the calling thread is interrupted while it waits
   */
  public Score score(Prompt prompt, Completion completion) throws InterruptedException {
    Scoring scoring = new Scoring(prompt, completion);
    Future<?> done = threads.start(scoring);
    try {
      done.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
      return scoring.score;
    } catch (TimeoutException e) {
      String reward = scoring.reward();
      threads.abandon(scoring, reward);
      return new Score.Unscorable("timeout: " + reward);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "reward " + scoring.reward() + " failed: " + e.getCause(), e.getCause());
    }
  }

  private final class Scoring extends ScoringThreads.Work {
    private final Prompt prompt;
    private final Completion completion;
    private Score score;

    Scoring(Prompt prompt, Completion completion) {
      threads.super();
      this.prompt = prompt;
      this.completion = completion;
    }

    @Override
    protected void work() {
      score = rewards.score(prompt, completion, this::starts);
    }
  }

  @Override
  public void close() {
    threads.close();
  }
}
