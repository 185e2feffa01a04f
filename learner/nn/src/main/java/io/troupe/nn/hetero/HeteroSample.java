package io.troupe.nn.hetero;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A sample of a heterogeneous graph.
 *
 * @param nodes for each type the sampled nodes, by their number in the whole graph; the nodes that
 *     the sample was drawn for come first
 * @param graph the sampled nodes in this order, with all edges between them
 */
public record HeteroSample(Map<String, int[]> nodes, HeteroGraph graph) {
  /** Copies the map; the caller must not change the indexes. */
  public HeteroSample {
    nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
  }
}
