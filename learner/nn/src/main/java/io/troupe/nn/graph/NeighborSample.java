package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import java.util.List;

/**
 * Some nodes of a graph and a sample of what reaches them.
 *
 * @param nodes the graph's numbers of all nodes that take part: the targets, then what was found at
 *     each hop
 * @param hops for each hop, the nearest first, the edges that were drawn: a row for each node that
 *     was there before the hop, a column for each that is there after it
 */
public record NeighborSample(int[] nodes, List<Csr> hops) {
  /** Copies the list; the numbers are not to be written. */
  public NeighborSample {
    hops = List.copyOf(hops);
  }

  /** The number of nodes that the sample was drawn for. */
  public int numTargets() {
    return hops.isEmpty() ? nodes.length : hops.getFirst().numRows();
  }
}
