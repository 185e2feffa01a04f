/**
 * Learning on graphs: {@link io.troupe.training.graph.NodeTask} for the nodes of one, {@link
 * io.troupe.training.graph.GraphTask} for many, each with recipes that reach the published
 * accuracies. They make of {@code io.troupe.protocols.graph} what {@code io.troupe.nn.graph} takes.
 */
package io.troupe.training.graph;
