package io.troupe.actors.learner;

/**
 * Supplies the batches of a learner and commits its steps. Used by one learner actor; both methods
 * return at once and are answered by messages.
 *
 * @param <B> the batch of a step
 * @param <L> the ledger of the run
 */
public interface BatchSource<B, L> {
  /** Requests the next batch; {@link LearnerActor.BatchReady} or a failure answers. */
  void request();

  /** Commits the step of the last batch; {@link LearnerActor.Committed} answers. */
  void commit(TrainedStep trained);
}
