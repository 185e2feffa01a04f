package io.troupe.actors.coordinator;

import io.troupe.actors.rollout.RolloutActor;
import org.apache.pekko.actor.typed.ActorRef;

/** A rollout actor in the coordinator. */
final class Worker {
  final int id;
  final int slot;
  final String name;
  final ActorRef<RolloutActor.Command> ref;

  /** The version of its weights; -1 before the first. */
  long policyVersion = -1;

  /** Number of times that the version it waits for was sent. */
  int numSent;

  Worker(int id, int slot, String name, ActorRef<RolloutActor.Command> ref) {
    this.id = id;
    this.slot = slot;
    this.name = name;
    this.ref = ref;
  }
}
