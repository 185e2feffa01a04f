package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.log.replication.ReplicationMessage;
import java.util.List;

/** The program of a process: the core of a role. Every method is called on its thread. */
public interface NodeProgram {
  /** Starts the core. */
  void start();

  /** Receives a message. */
  void receive(ControlMessage message);

  /** Receives content. */
  void receive(BulkMessage message);

  /** Receives a message of the log. */
  default void receive(String from, ReplicationMessage message) {}

  /** The nodes that may run the coordinator, as the membership sees them. */
  default void coordinators(List<NodeId> nodes) {}

  /** The membership has lost a node. */
  default void nodeGone(NodeId node) {}

  /** Starts a coordinator in this process. */
  default void startCoordinator() {}

  /** Stops the coordinator, if there is one. */
  default void stopCoordinator() {}

  /** Number of messages of older epochs that this process has rejected. */
  long numOldEpochs();
}
