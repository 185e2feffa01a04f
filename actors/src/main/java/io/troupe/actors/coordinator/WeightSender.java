package io.troupe.actors.coordinator;

import java.util.concurrent.CompletionStage;

/** Sends the newest weights of the learner to a rollout actor. */
public interface WeightSender {
  /**
   * Sends the newest version.
   *
   * @param workerId of the receiver
   * @param name of the receiver in messages
   * @return the version when all of it is sent, or the failure
   */
  CompletionStage<Long> send(int workerId, String name);

  /** Ends the transfers to a rollout actor that failed. */
  void forget(int workerId);
}
