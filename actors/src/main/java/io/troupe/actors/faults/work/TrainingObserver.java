package io.troupe.actors.faults.work;

import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;

/** Observes the steps of learners. */
@FunctionalInterface
public interface TrainingObserver {
  /**
   * A learner has trained a step.
   *
   * @param node name of the learner
   * @param step from 1
   * @param groups the batch
   * @param weights the new weights
   */
  void trained(String node, long step, List<ScoredGroup> groups, long weights);
}
