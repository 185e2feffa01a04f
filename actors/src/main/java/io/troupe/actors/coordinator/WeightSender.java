package io.troupe.actors.coordinator;

import java.util.concurrent.CompletionStage;

/** Sends the newest weights of the learner to a rollout actor. */
public interface WeightSender {
  /**
   * Sends the newest version.
   *
   * @param workerId to whom
   * @param name how messages name it
   * @return the version once all of it is on its way, or why it cannot be sent
   */
  CompletionStage<Long> send(int workerId, String name);

  /** Says that a rollout actor has gone. */
  void forget(int workerId);
}
