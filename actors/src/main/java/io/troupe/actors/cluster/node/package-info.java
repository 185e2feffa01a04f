/**
 * A process of a clustered run: the actors that run the cores of its roles, and what connects them
 * with other processes. {@link io.troupe.actors.cluster.node.ClusterNode} is the type to read
 * first.
 */
package io.troupe.actors.cluster.node;
