/**
 * Graphs to learn from, as they go from their files to the learner: plain arrays that nobody writes
 * any more. {@link io.troupe.protocols.graph.NodeDataset} is one graph whose nodes have classes,
 * {@link io.troupe.protocols.graph.GraphDataset} many graphs with a class each.
 */
package io.troupe.protocols.graph;
