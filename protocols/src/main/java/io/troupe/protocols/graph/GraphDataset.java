package io.troupe.protocols.graph;

import java.util.List;

/**
 * Many graphs with a class each.
 *
 * @param graphs all of them
 * @param numTags tags of nodes are below it
 * @param numClasses labels of graphs are below it
 */
public record GraphDataset(List<LabelledGraph> graphs, int numTags, int numClasses) {
  /**
   * A graph, its nodes of different kinds. The array is not copied.
   *
   * @param edges between its nodes
   * @param tags the kind of each node
   * @param label its class
   */
  public record LabelledGraph(EdgeIndex edges, int[] tags, int label) {}

  /** Copies the list, and checks tags and labels. */
  public GraphDataset {
    graphs = List.copyOf(graphs);
    for (int g = 0; g < graphs.size(); g++) {
      LabelledGraph graph = graphs.get(g);
      requireBelow(numClasses, graph.label(), "label", g);
      if (graph.tags().length != graph.edges().numNodes()) {
        throw new IllegalArgumentException(
            "graph "
                + g
                + " has "
                + graph.edges().numNodes()
                + " nodes, but "
                + graph.tags().length
                + " tags");
      }
      for (int tag : graph.tags()) {
        requireBelow(numTags, tag, "tag", g);
      }
    }
  }

  private static void requireBelow(int bound, int value, String what, int graph) {
    if (value < 0 || value >= bound) {
      throw new IllegalArgumentException(
          what + " " + value + " of graph " + graph + " is not one of 0 to " + (bound - 1));
    }
  }
}
