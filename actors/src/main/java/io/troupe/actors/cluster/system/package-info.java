/**
 * The actor system of a node: addresses, Artery over TLS, and the cluster of coordinator nodes.
 * {@link io.troupe.actors.cluster.system.NodeSystem} is the type to read first.
 */
package io.troupe.actors.cluster.system;
