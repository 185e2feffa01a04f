package io.troupe.actors.run;

import io.troupe.actors.learner.LearnerDeadlines;

/**
 * An algorithm that a {@link Run} trains with, such as GRPO or supervised learning. The run
 * provides directory, attempts, restarts, actor system, threads and deadlines; the algorithm
 * provides data, models, steps, evaluation and results.
 *
 * @param <B> the batch of a step
 * @param <L> the ledger of the run
 * @param <S> the summary of the run
 */
public interface Algorithm<B, L, S extends RunSummary> {
  /** The deadlines of the learner's work. */
  LearnerDeadlines deadlines();

  /**
   * Opens an attempt. Each attempt has its own engine, policy and optimizer, so an attempt after a
   * failure never shares weights with the one before.
   *
   * @throws IllegalArgumentException if an input cannot be used
   */
  Attempt<B, L, S> open(RunContext context);
}
