package io.troupe.actors.learner;

import io.troupe.actors.coordinator.LedgerState;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;

/** The work of the learner, done on one thread. */
public interface PolicyTraining {

  /**
   * A step that has been trained.
   *
   * @param step counted from 1; also the version of the weights after it
   * @param groupIds the groups that were trained
   * @param samplesTrained their samples that could be scored
   */
  record Trained(long step, List<Long> groupIds, int samplesTrained) {
    /** Copies the list. */
    public Trained {
      groupIds = List.copyOf(groupIds);
    }
  }

  /**
   * Trains a step and publishes the weights.
   *
   * @throws Exception whatever ends the run, or makes it go on from the last checkpoint
   */
  Trained train(List<ScoredGroup> groups) throws Exception;

  /**
   * Does what is due after a step: metrics, samples, evaluation, a checkpoint.
   *
   * @param books as they were when the step was entered
   * @throws Exception as {@link #train}
   */
  void finish(Trained trained, LedgerState books) throws Exception;

  /**
   * Writes a checkpoint, unless there is one of the last step already.
   *
   * @param books as they were when the last step was entered
   * @throws Exception as {@link #train}
   */
  void save(LedgerState books) throws Exception;
}
