package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import java.util.List;

/**
 * Some nodes of a graph with a sample of their neighbors.
 *
 * @param nodes indexes of all sampled nodes in the graph: the targets, followed by the new nodes of
 *     each hop
 * @param hops for each hop, the nearest first, the sampled edges: a row for each node known before
 *     the hop, a column for each node known after it
 */
public record NeighborSample(int[] nodes, List<Csr> hops) {
  /** Copies the list; the caller must not change the indexes. */
  public NeighborSample {
    hops = List.copyOf(hops);
  }

  /** The number of nodes that the sample was drawn for. */
  public int numTargets() {
    return hops.isEmpty() ? nodes.length : hops.getFirst().numRows();
  }
}
