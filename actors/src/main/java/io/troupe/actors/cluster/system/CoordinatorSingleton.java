package io.troupe.actors.cluster.system;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;

/**
 * The one coordinator of a run, on the oldest coordinator node. For moments there may be two, after
 * a suspended host goes on: the epoch in every message and in the log makes that harmless.
 */
public final class CoordinatorSingleton {
  private static final String NAME = "coordinator";

  private CoordinatorSingleton() {}

  /**
   * Takes part in the choice of the coordinator.
   *
   * @param system of a coordinator node
   * @param coordinator runs here when this node is chosen; it ends with {@code stop}
   * @param stop asks it to hand over
   */
  public static <M> ActorRef<M> start(ActorSystem<?> system, Behavior<M> coordinator, M stop) {
    return ClusterSingleton.get(system)
        .init(
            SingletonActor.of(coordinator, NAME)
                .withStopMessage(stop)
                .withSettings(ClusterSingletonSettings.create(system).withRole("coordinator")));
  }
}
