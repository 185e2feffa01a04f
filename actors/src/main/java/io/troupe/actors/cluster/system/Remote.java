package io.troupe.actors.cluster.system;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Sends messages to top-level actors of other nodes by name. A message may be lost. Thread-safe.
 *
 * @param system of this node
 */
public record Remote(ActorSystem<?> system, ConcurrentMap<String, ActorSelection> known) {
  /** Messages from a system. */
  public Remote(ActorSystem<?> system) {
    this(system, new ConcurrentHashMap<>());
  }

  /**
   * Sends a message.
   *
   * @param node {@code host:port}
   * @param actor name of the actor below {@code /user}
   */
  public void tell(String node, String actor, Object message) {
    String path = "pekko://%s@%s/user/%s".formatted(NodeSystem.NAME, node, actor);
    known
        .computeIfAbsent(path, system.classicSystem()::actorSelection)
        .tell(message, ActorRef.noSender());
  }
}
