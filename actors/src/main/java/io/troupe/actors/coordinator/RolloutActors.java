package io.troupe.actors.coordinator;

import io.troupe.actors.rollout.RolloutActor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/** Makes rollout actors; the coordinator starts them and replaces those that die. */
@FunctionalInterface
public interface RolloutActors {
  /**
   * A new rollout actor.
   *
   * @param workerId a number that no other one of this run has had; also its stream of weights
   * @param name how messages and threads name it, such as {@code rollout-1}
   * @param coordinator hears of samples and weights
   */
  Behavior<RolloutActor.Command> create(
      int workerId, String name, ActorRef<RolloutActor.Event> coordinator);
}
