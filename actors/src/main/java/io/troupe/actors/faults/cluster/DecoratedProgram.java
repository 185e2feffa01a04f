package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.log.replication.ReplicationMessage;
import java.util.List;

/** A program whose messages pass through {@link Decorations}. */
record DecoratedProgram(String name, NodeProgram program, Decorations decorations)
    implements NodeProgram {
  @Override
  public void start() {
    program.start();
  }

  @Override
  public void receive(ControlMessage message) {
    decorations.received(name, message).ifPresent(program::receive);
  }

  @Override
  public void receive(BulkMessage message) {
    decorations.received(name, message).ifPresent(program::receive);
  }

  @Override
  public void receive(String from, ReplicationMessage message) {
    decorations.received(name, from, message).ifPresent(kept -> program.receive(from, kept));
  }

  @Override
  public void coordinators(List<NodeId> nodes) {
    program.coordinators(nodes);
  }

  @Override
  public void nodeGone(NodeId node) {
    program.nodeGone(node);
  }

  @Override
  public void startCoordinator() {
    program.startCoordinator();
  }

  @Override
  public void stopCoordinator() {
    program.stopCoordinator();
  }

  @Override
  public long numOldEpochs() {
    return program.numOldEpochs();
  }
}
