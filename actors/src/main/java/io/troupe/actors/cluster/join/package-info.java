/**
 * How a process becomes a node of a run: it asks any node, learns the run's settings or why it may
 * not join, and fetches the files that it does not have. {@link io.troupe.actors.cluster.join.Gate}
 * answers, {@link io.troupe.actors.cluster.join.Joining} asks.
 */
package io.troupe.actors.cluster.join;
