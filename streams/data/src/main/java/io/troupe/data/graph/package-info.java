/**
 * Reads graphs: {@link io.troupe.data.graph.NodeGraphFile} reads one graph whose nodes have
 * classes, {@link io.troupe.data.graph.HeteroGraphFile} and {@link
 * io.troupe.data.graph.TypedGraphFolder} one with several types of nodes, and {@link
 * io.troupe.data.graph.GraphListFile} many graphs with one class each. A damaged file raises a
 * {@link io.troupe.data.DataFormatException}.
 */
package io.troupe.data.graph;
