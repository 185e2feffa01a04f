/**
 * The key of a cluster: one file that every node has. It proves membership in both directions:
 * nodes speak TLS with it, and encrypt what travels over Aeron. {@link
 * io.troupe.actors.cluster.key.ClusterKey} is the type to read first.
 */
package io.troupe.actors.cluster.key;
