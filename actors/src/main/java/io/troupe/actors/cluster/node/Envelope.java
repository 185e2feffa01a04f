package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.protocol.NodeId;
import java.util.List;

/**
 * Control messages on their way between processes.
 *
 * @param from the process that sends it, by the node of one of its roles
 * @param to the receiver; with incarnation 0 if the sender does not know it
 * @param messages encoded, not to be changed; none if it only shows that the sender is there
 */
record Envelope(NodeId from, NodeId to, List<byte[]> messages) {

  /** Takes a copy of the list. */
  Envelope {
    messages = List.copyOf(messages);
  }
}
