package io.troupe.protocols.graph;

/**
 * Directed edges between numbered nodes. The arrays are not copied: whoever makes one hands them
 * over and writes them no more.
 *
 * @param numNodes nodes are numbered from 0 below it
 * @param sources where each edge begins
 * @param targets where each edge ends
 */
public record EdgeIndex(int numNodes, int[] sources, int[] targets) {
  /** Checks that every edge ends at nodes that are there. */
  public EdgeIndex {
    if (sources.length != targets.length) {
      throw new IllegalArgumentException(
          sources.length
              + " sources and "
              + targets.length
              + " targets: every edge has one of each");
    }
    for (int e = 0; e < sources.length; e++) {
      if (isOutside(sources[e], numNodes) || isOutside(targets[e], numNodes)) {
        throw new IllegalArgumentException(
            "edge "
                + e
                + " goes from node "
                + sources[e]
                + " to node "
                + targets[e]
                + ", but there are "
                + numNodes
                + " nodes, numbered from 0");
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
