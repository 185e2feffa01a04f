/**
 * Graphs from files: {@link io.troupe.streams.graph.NodeGraphFile} reads one graph whose nodes have
 * classes, {@link io.troupe.streams.graph.GraphListFile} many graphs with a class each. What is
 * wrong with a file is said in one line, a {@link io.troupe.streams.data.DataFormatException}.
 */
package io.troupe.streams.graph;
