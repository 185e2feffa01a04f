package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The learners that need the state of this one. They get it between two steps. */
final class StateRequests {
  private static final int MAX_REQUESTS = 16;

  private final Environment environment;
  private final Set<NodeId> waiting = new LinkedHashSet<>();

  StateRequests(Environment environment) {
    this.environment = environment;
  }

  /** Adds a request; returns false if there are too many. */
  boolean add(NodeId node) {
    return waiting.size() < MAX_REQUESTS && waiting.add(node) || waiting.contains(node);
  }

  /** Removes and returns all requests. */
  List<NodeId> take() {
    List<NodeId> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }

  void send(List<NodeId> receivers, TrainingState state) {
    receivers.forEach(receiver -> environment.transfer(receiver, state));
  }
}
