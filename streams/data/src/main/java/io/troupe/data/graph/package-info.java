/**
 * Reads graphs: {@link io.troupe.data.graph.NodeGraphFile} reads one graph whose nodes have
 * classes, {@link io.troupe.data.graph.GraphListFile} reads many graphs with one class each. A
 * damaged file raises a {@link io.troupe.data.DataFormatException}.
 */
package io.troupe.data.graph;
