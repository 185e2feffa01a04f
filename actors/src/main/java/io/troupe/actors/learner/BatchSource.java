package io.troupe.actors.learner;

/**
 * Where a learner's batches come from, and who keeps the books of its steps. Used by one learner,
 * in its messages; it answers in messages too, so neither method waits.
 *
 * @param <B> what a step is trained on
 * @param <S> the books
 */
public interface BatchSource<B, S> {
  /** Asks for the next batch; a {@link LearnerActor.BatchReady} or a failure answers. */
  void request();

  /** Enters the step of the batch that came last; a {@link LearnerActor.Entered} answers. */
  void enter(TrainedStep trained);
}
