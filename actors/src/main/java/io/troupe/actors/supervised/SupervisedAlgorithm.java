package io.troupe.actors.supervised;

import io.troupe.actors.learner.LearnerDeadlines;
import io.troupe.actors.run.Algorithm;
import io.troupe.actors.run.Attempt;
import io.troupe.actors.run.RunContext;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.TrainConfig;

/** Trains a supervised model on mini-batches. The ledger of its runs is the number of steps. */
public final class SupervisedAlgorithm implements Algorithm<MiniBatch, Long, SupervisedSummary> {
  private final SupervisedInputs firstInputs;
  private final ResultObserver observer;
  private boolean opened;

  /**
   * A run with these inputs; a second attempt loads its own.
   *
   * @param inputs of the first attempt, which closes them
   * @param observer receives the trained model
   */
  public SupervisedAlgorithm(SupervisedInputs inputs, ResultObserver observer) {
    this.firstInputs = inputs;
    this.observer = observer;
  }

  /** A run without an observer. */
  public SupervisedAlgorithm(SupervisedInputs inputs) {
    this(inputs, ResultObserver.NONE);
  }

  @Override
  public LearnerDeadlines deadlines() {
    TrainConfig config = firstInputs.config();
    return LearnerDeadlines.of(
        config.stepDeadline(),
        config.evaluationDeadline(),
        config.checkpointDeadline(),
        config.stopDeadline());
  }

  @Override
  public Attempt<MiniBatch, Long, SupervisedSummary> open(RunContext context) {
    SupervisedInputs inputs = opened ? SupervisedInputs.load(firstInputs.config()) : firstInputs;
    opened = true;
    return new SupervisedAttempt(inputs, context, deadlines(), observer);
  }
}
