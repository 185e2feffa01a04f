package io.troupe.protocols.graph;

import java.util.List;

/**
 * Graphs with a class each.
 *
 * @param graphs the graphs
 * @param numTags number of node tags; tags are numbered from 0
 * @param numClasses number of classes; labels are numbered from 0
 */
public record GraphDataset(List<LabeledGraph> graphs, int numTags, int numClasses) {
  /**
   * A graph with a class whose nodes have tags. The array is not copied.
   *
   * @param edges the edges of the graph
   * @param tags tag of each node
   * @param label class of the graph
   */
  public record LabeledGraph(EdgeIndex edges, int[] tags, int label) {}

  /** Copies the list and checks tags and labels. */
  public GraphDataset {
    graphs = List.copyOf(graphs);
    for (int g = 0; g < graphs.size(); g++) {
      LabeledGraph graph = graphs.get(g);
      requireBelow(numClasses, graph.label(), "label", g);
      if (graph.tags().length != graph.edges().numNodes()) {
        throw new IllegalArgumentException(
            "graph %d must have one tag for each of its %d nodes, got %d tags"
                .formatted(g, graph.edges().numNodes(), graph.tags().length));
      }
      for (int tag : graph.tags()) {
        requireBelow(numTags, tag, "tag", g);
      }
    }
  }

  private static void requireBelow(int bound, int value, String name, int graph) {
    if (value < 0 || value >= bound) {
      throw new IllegalArgumentException(
          "%s of graph %d must be in [0, %d), got %d".formatted(name, graph, bound, value));
    }
  }
}
