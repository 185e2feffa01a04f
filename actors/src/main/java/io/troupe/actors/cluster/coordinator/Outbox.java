package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.protocol.Rejections;

/** Shared by the parts of a leadership: sends messages to nodes, and has epoch and counters. */
record Outbox(
    Environment environment,
    NodeId self,
    long epoch,
    Rejections rejections,
    CoordinatorEvents events) {

  void send(Member to, ControlMessage message) {
    send(to.node, message);
  }

  void send(NodeId to, ControlMessage message) {
    environment.send(to, message);
  }

  void transfer(NodeId to, BulkMessage message) {
    environment.transfer(to, message);
  }

  long nowNs() {
    return environment.nanoTime();
  }

  void reject(Rejection rejection) {
    rejections.count(rejection);
  }
}
