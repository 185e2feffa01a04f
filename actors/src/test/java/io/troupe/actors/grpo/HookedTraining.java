package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.learner.TrainedStep;
import io.troupe.actors.learner.Training;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;

/**
 * Calls a hook at each point of the learner's work.
 *
 * @param training the decorated training
 * @param hook called on the learner's thread
 */
record HookedTraining(Training<List<ScoredGroup>, Ledger> training, Hook hook)
    implements Training<List<ScoredGroup>, Ledger> {

  /** A point in the work of a step. */
  enum Point {
    BEFORE_STEP,
    FORWARD,
    BACKWARD,
    OPTIMIZER,
    AFTER_STEP,
    EVALUATION,
    RECORD,
    CHECKPOINT
  }

  /** Observes the learner's work. May throw or block. */
  interface Hook {
    /** Called before each part of the work. */
    default void enter(Object attempt) {}

    /** Called after each part of the work. */
    default void exit() {}

    /** Called at each point of the work. */
    void at(Point point, long step) throws Exception;
  }

  @Override
  public TrainedStep train(List<ScoredGroup> groups) throws Exception {
    long step = oldestVersion(groups) + 1;
    hook.enter(training);
    try {
      hook.at(Point.BEFORE_STEP, step);
      TrainedStep trained = training.train(groups);
      hook.at(Point.AFTER_STEP, trained.step());
      return trained;
    } finally {
      hook.exit();
    }
  }

  private static long oldestVersion(List<ScoredGroup> groups) {
    return groups.getFirst().group().oldestPolicyVersion(); // exact for on-policy groups
  }

  @Override
  public boolean isEvaluationDue(long step) {
    return training.isEvaluationDue(step);
  }

  @Override
  public void evaluate(long step) throws Exception {
    hook.enter(training);
    try {
      hook.at(Point.EVALUATION, step);
      training.evaluate(step);
    } finally {
      hook.exit();
    }
  }

  @Override
  public boolean record(TrainedStep trained, Ledger ledger) throws Exception {
    hook.enter(training);
    try {
      hook.at(Point.RECORD, trained.step());
      return training.record(trained, ledger);
    } finally {
      hook.exit();
    }
  }

  @Override
  public boolean isCheckpointDue(long step) {
    return training.isCheckpointDue(step);
  }

  @Override
  public void save(Ledger ledger) throws Exception {
    hook.enter(training);
    try {
      hook.at(Point.CHECKPOINT, ledger.policyVersion());
      training.save(ledger);
    } finally {
      hook.exit();
    }
  }
}
