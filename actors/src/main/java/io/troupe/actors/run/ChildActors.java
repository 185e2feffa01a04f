package io.troupe.actors.run;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Starts actors of an attempt; the failure of one of them ends the attempt. */
public final class ChildActors {
  private final ActorContext<?> parent;

  ChildActors(ActorContext<?> parent) {
    this.parent = parent;
  }

  /** Starts an actor. */
  public <T> ActorRef<T> start(Behavior<T> behavior, String name) {
    ActorRef<T> started = parent.spawn(behavior, name);
    parent.watch(started);
    return started;
  }
}
