package io.troupe.actors.cluster.node;

import java.util.Map;

/** Hears of the run at its coordinator. Called on the coordinator's thread. */
public interface CoordinatorListener {
  /** Hears nothing. */
  CoordinatorListener NONE = new CoordinatorListener() {};

  /** A step is committed. */
  default void onStep(long step, Map<String, Double> metrics) {}

  /**
   * The run has ended.
   *
   * @param step steps trained
   * @param summary figures of the primary learner
   * @param failure one line; empty if all went well
   */
  default void onEnded(long step, Map<String, Double> summary, String failure) {}
}
