package io.troupe.actors.cluster.learner;

import java.util.Map;

/** Receives the events of a learner. */
public interface LearnerEvents {

  /** The run has ended. */
  void onShutdown(String reason);

  /** This learner cannot train any more. */
  void onFailed(String reason);

  /** A step is trained. */
  default void onTrained(long step, long checksum, Map<String, Double> metrics) {}

  /** Something unusual, for the log of the process. */
  default void onWarning(String message) {}
}
