package io.troupe.actors.learner;

/**
 * The work of a learner, done step by step on its {@link LearnerThread}. After each step come, in
 * this order, an evaluation if one is due, the record of the step, and a checkpoint if one is due.
 *
 * @param <B> the batch of a step
 * @param <L> the ledger of the run
 */
public interface Training<B, L> {

  /**
   * Trains one step and publishes the weights to the rollout actors, if there are any.
   *
   * @throws Exception ends the run, or restarts it from the newest checkpoint
   */
  TrainedStep train(B batch) throws Exception;

  /** Whether an evaluation is due after a step. */
  boolean isEvaluationDue(long step);

  /**
   * Evaluates the weights after a step.
   *
   * @throws Exception as {@link #train}
   */
  void evaluate(long step) throws Exception;

  /**
   * Records the metrics and samples of a step.
   *
   * @param ledger after the step
   * @return whether training continues; false ends the run before its last step
   * @throws Exception as {@link #train}
   */
  boolean record(TrainedStep trained, L ledger) throws Exception;

  /** Whether a checkpoint is due after a step. */
  boolean isCheckpointDue(long step);

  /**
   * Writes a checkpoint of the last step, unless it exists.
   *
   * @param ledger after the last step
   * @throws Exception as {@link #train}
   */
  void save(L ledger) throws Exception;
}
