package io.troupe.actors.learner;

/**
 * The work of the learner, done on one thread.
 *
 * @param <B> what a step is trained on
 * @param <S> the books of the run: where it stands
 */
public interface Training<B, S> {

  /**
   * Trains a step and publishes the weights, where somebody waits for them.
   *
   * @throws Exception whatever ends the run, or makes it go on from the last checkpoint
   */
  TrainedStep train(B batch) throws Exception;

  /**
   * Does what is due after a step: metrics, samples, evaluation, a checkpoint.
   *
   * @param books as they were when the step was entered
   * @return whether the run goes on; false ends it before its last step
   * @throws Exception as {@link #train}
   */
  boolean finish(TrainedStep trained, S books) throws Exception;

  /**
   * Writes a checkpoint, unless there is one of the last step already.
   *
   * @param books as they were when the last step was entered
   * @throws Exception as {@link #train}
   */
  void save(S books) throws Exception;
}
