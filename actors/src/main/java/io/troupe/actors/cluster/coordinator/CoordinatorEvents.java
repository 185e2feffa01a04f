package io.troupe.actors.cluster.coordinator;

import java.util.Map;

/** Receives the events of a coordinator. */
public interface CoordinatorEvents {

  /** The lead is lost or given up; the core does nothing any more. */
  void onResigned(String reason);

  /**
   * The run has ended, and every node has been told. The core continues to answer hellos of nodes
   * that have not heard it.
   *
   * @param step steps trained
   * @param summary figures of the primary learner; empty after a failure
   * @param failure one line; empty after a run that trained all its steps or was stopped on request
   */
  void onEnded(long step, Map<String, Double> summary, String failure);

  /** A step is committed. */
  default void onCommitted(long step, long checksum, Map<String, Double> metrics) {}

  /** Something unusual, for the log of the process. */
  default void onWarning(String message) {}
}
