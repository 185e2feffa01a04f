/**
 * Graphs from files: {@link io.troupe.data.graph.NodeGraphFile} reads one graph whose nodes have
 * classes, {@link io.troupe.data.graph.GraphListFile} many graphs with a class each. What is wrong
 * with a file is said in one line, a {@link io.troupe.data.DataFormatException}.
 */
package io.troupe.data.graph;
