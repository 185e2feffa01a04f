package io.troupe.actors.cluster.work;

import io.troupe.actors.cluster.reward.ScoringWork;
import io.troupe.actors.reward.ScoringThreads;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.reward.RewardSum;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Scores groups, each on a thread that can be abandoned. The caller must close it. */
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
  public Scoring score(SampledGroup group, int first, Consumer<Score> each) {
    Samples samples = new Samples(group, first, each);
    threads.start(samples);
    return samples;
  }

  private final class Samples extends ScoringThreads.Work implements Scoring {
    private final SampledGroup group;
    private final int first;
    private final Consumer<Score> each;
    private final Queue<Score> scores = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isDelivering = new AtomicBoolean();

    Samples(SampledGroup group, int first, Consumer<Score> each) {
      threads.super();
      this.group = group;
      this.first = first;
      this.each = each;
    }

    @Override
    protected void work() {
      for (int i = first; i < group.completions().size() && !isAbandoned(); i++) {
        scores.add(rewards.score(group.spec().prompt(), group.completions().get(i), this::starts));
        if (isDelivering.compareAndSet(false, true)) {
          core.execute(this::deliver);
        }
      }
    }

    /** Passes on the scores so far, on the thread of the core. */
    private void deliver() {
      isDelivering.set(false);
      for (Score score = scores.poll(); score != null; score = scores.poll()) {
        if (!isAbandoned()) {
          each.accept(score);
        }
      }
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
