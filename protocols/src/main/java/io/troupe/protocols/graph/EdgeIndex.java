package io.troupe.protocols.graph;

/**
 * Directed edges between numbered nodes. The arrays are not copied: the caller must not change them
 * after construction.
 *
 * @param numNodes number of nodes; nodes are numbered from 0
 * @param sources source node of each edge
 * @param targets target node of each edge
 */
public record EdgeIndex(int numNodes, int[] sources, int[] targets) {
  /** Checks that every edge connects two nodes of the graph. */
  public EdgeIndex {
    if (sources.length != targets.length) {
      throw new IllegalArgumentException(
          "edges must have as many targets as sources, got %d sources and %d targets"
              .formatted(sources.length, targets.length));
    }
    for (int e = 0; e < sources.length; e++) {
      if (isOutside(sources[e], numNodes) || isOutside(targets[e], numNodes)) {
        throw new IllegalArgumentException(
            "edge %d must connect nodes in [0, %d), got %d to %d"
                .formatted(e, numNodes, sources[e], targets[e]));
      }
    }
  }

  private static boolean isOutside(int node, int numNodes) {
    return node < 0 || node >= numNodes;
  }

  /** The number of edges. */
  public int numEdges() {
    return sources.length;
  }
}
