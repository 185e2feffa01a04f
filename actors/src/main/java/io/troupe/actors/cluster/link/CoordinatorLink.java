package io.troupe.actors.cluster.link;

import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.protocol.ControlMessage.ToCoordinator;
import io.troupe.actors.cluster.protocol.ControlMessage.Welcome;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * The way of a node to the coordinator. Hellos go to the coordinator that answered last; if that
 * has been silent for two intervals, they go to all nodes that may have become the coordinator.
 */
public final class CoordinatorLink {
  private final Environment environment;
  private final long silenceNs;
  private List<NodeId> candidates = List.of();
  private NodeId coordinator; // null until one has answered in this epoch
  private long epoch;
  private long welcomeNs;

  /** A link without a coordinator. */
  public CoordinatorLink(Environment environment, ClusterDeadlines deadlines) {
    this.environment = environment;
    this.silenceNs = deadlines.hello().multipliedBy(2).toNanos();
  }

  /** The newest epoch that this node has heard of; 0 if none. */
  public long epoch() {
    return epoch;
  }

  /** The coordinator that answered last in this epoch. */
  public Optional<NodeId> coordinator() {
    return Optional.ofNullable(coordinator);
  }

  /**
   * Replaces the nodes that may become the coordinator, as the cluster's membership sees them. A
   * coordinator that is not among them is gone.
   *
   * @return whether a hello to the new ones is worth while
   */
  public boolean candidates(List<NodeId> nodes) {
    boolean hasNew = !candidates.containsAll(nodes);
    candidates = List.copyOf(nodes);
    if (coordinator != null && !candidates.contains(coordinator)) {
      coordinator = null;
    }
    return hasNew && coordinator == null;
  }

  /**
   * Checks the epoch of a message from a coordinator, or from a node that has heard from one.
   *
   * @return false if it is older than this node knows
   */
  public boolean accepts(long messageEpoch) {
    if (messageEpoch < epoch) {
      return false;
    }
    if (messageEpoch > epoch) {
      epoch = messageEpoch;
      coordinator = null;
    }
    return true;
  }

  /**
   * Takes the answer of a coordinator, whose epoch {@linkplain #accepts is accepted}.
   *
   * @return whether the coordinator is a new one, to which content has to be sent again
   */
  public boolean welcome(Welcome welcome) {
    boolean isNew = !welcome.coordinator().equals(coordinator);
    coordinator = welcome.coordinator();
    welcomeNs = environment.nanoTime();
    return isNew;
  }

  /** Sends a message to the coordinator; lost if there is none. */
  public void send(ToCoordinator message) {
    if (coordinator != null) {
      environment.send(coordinator, message);
    }
  }

  /** Sends a hello to the coordinator, or to all that may be it. */
  public void sendHello(ToCoordinator hello) {
    if (coordinator != null) {
      environment.send(coordinator, hello);
    }
    if (coordinator == null || environment.nanoTime() - welcomeNs > silenceNs) {
      for (NodeId candidate : candidates) {
        if (!candidate.equals(coordinator)) {
          environment.send(candidate, hello);
        }
      }
    }
  }
}
