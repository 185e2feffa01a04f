/**
 * Graph datasets, as readers of files pass them to the learner: plain arrays that do not change.
 * {@link io.troupe.protocols.graph.NodeDataset} is one graph whose nodes have classes, {@link
 * io.troupe.protocols.graph.GraphDataset} many graphs with a class each.
 */
package io.troupe.protocols.graph;
