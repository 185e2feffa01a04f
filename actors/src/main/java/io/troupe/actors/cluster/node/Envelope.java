package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.protocol.NodeId;

/**
 * A control message on its way between processes.
 *
 * @param from the process that sends it, by the node of one of its roles
 * @param to the receiver; with incarnation 0 if the sender does not know it
 * @param message encoded, not to be changed; empty if it only shows that the sender is there
 */
@SuppressWarnings("ArrayRecordComponent") // just encoded, or just received
record Envelope(NodeId from, NodeId to, byte[] message) {}
