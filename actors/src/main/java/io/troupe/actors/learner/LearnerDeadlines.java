package io.troupe.actors.learner;

import java.time.Duration;

/**
 * The deadlines of the work on a learner's thread.
 *
 * @param step for one training step, or writing its metrics
 * @param evaluation for one evaluation
 * @param checkpoint for reading or writing one checkpoint
 * @param stop for ending a thread after it was interrupted
 */
public record LearnerDeadlines(
    Deadline step, Deadline evaluation, Deadline checkpoint, Deadline stop) {

  /** Deadlines under their settings. */
  public static LearnerDeadlines of(
      Duration step, Duration evaluation, Duration checkpoint, Duration stop) {
    return new LearnerDeadlines(
        new Deadline("deadlines.step", step),
        new Deadline("deadlines.evaluation", evaluation),
        new Deadline("deadlines.checkpoint", checkpoint),
        new Deadline("deadlines.stop", stop));
  }
}
