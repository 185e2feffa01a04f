/**
 * Training on graphs: {@link io.troupe.training.graph.NodeTask} classifies the nodes of one graph,
 * {@link io.troupe.training.graph.HeteroNodeTask} those of one type of a graph with several types,
 * {@link io.troupe.training.graph.GraphTask} classifies many graphs, and {@link
 * io.troupe.training.graph.ParticleTask} predicts positions of particles. They convert the data of
 * {@code io.troupe.protocols.graph} to the inputs of {@code io.troupe.nn.graph}.
 */
package io.troupe.training.graph;
