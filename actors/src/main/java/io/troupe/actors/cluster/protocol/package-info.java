/**
 * The messages between the nodes of a clustered run, and the {@link
 * io.troupe.actors.cluster.protocol.Environment} through which the event-driven cores of the roles
 * send them. {@link io.troupe.actors.cluster.protocol.ControlMessage} holds ids and numbers, {@link
 * io.troupe.actors.cluster.protocol.BulkMessage} holds content. Nothing here uses threads, clocks,
 * sockets or the actor system.
 */
package io.troupe.actors.cluster.protocol;
