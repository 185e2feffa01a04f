/**
 * Training on graphs: {@link io.troupe.training.graph.NodeTask} classifies the nodes of one graph,
 * {@link io.troupe.training.graph.GraphTask} classifies many graphs. They convert the data of
 * {@code io.troupe.protocols.graph} to the inputs of {@code io.troupe.nn.graph}.
 */
package io.troupe.training.graph;
