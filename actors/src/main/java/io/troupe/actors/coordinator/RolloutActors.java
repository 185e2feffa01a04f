package io.troupe.actors.coordinator;

import io.troupe.actors.rollout.RolloutActor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/** Creates rollout actors, which the coordinator starts and replaces when they fail. */
@FunctionalInterface
public interface RolloutActors {
  /**
   * Creates a rollout actor.
   *
   * @param workerId unique in this run; also the id of its stream of weights
   * @param name in messages and of its thread, such as {@code rollout-1}
   * @param coordinator receives samples and confirms weights
   */
  Behavior<RolloutActor.Command> create(
      int workerId, String name, ActorRef<RolloutActor.Event> coordinator);
}
