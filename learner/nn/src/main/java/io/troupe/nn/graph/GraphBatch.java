package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Several graphs combined into one graph without edges between them, as {@code
 * torch_geometric.data.Batch}; the nodes of the first graph come first.
 *
 * @param graph all nodes and edges
 * @param members one row per graph, with an entry for each of its nodes
 */
public record GraphBatch(Graph graph, Csr members) {
  /** Checks the number of nodes. */
  public GraphBatch {
    if (members.numColumns() != graph.numNodes() || members.numEntries() != graph.numNodes()) {
      throw new IllegalArgumentException(
          graph + ", but " + members.numEntries() + " nodes belong to a graph of the batch");
    }
  }

  /** Combines graphs. */
  public static GraphBatch of(List<Graph> graphs) {
    int numNodes = graphs.stream().mapToInt(Graph::numNodes).reduce(0, Math::addExact);
    int numEdges = graphs.stream().mapToInt(Graph::numEdges).reduce(0, Math::addExact);
    boolean isWeighted = graphs.stream().anyMatch(Graph::isWeighted);
    int[] sources = new int[numEdges];
    int[] targets = new int[numEdges];
    double[] weights = isWeighted ? new double[numEdges] : null;
    int[] graphOf = new int[numNodes];
    int firstNode = 0;
    int next = 0;
    for (int g = 0; g < graphs.size(); g++) {
      Graph graph = graphs.get(g);
      Csr edges = graph.edges();
      for (int target = 0; target < graph.numNodes(); target++) {
        for (int e = edges.offsets()[target]; e < edges.offsets()[target + 1]; e++) {
          sources[next] = firstNode + edges.columns()[e];
          targets[next] = firstNode + target;
          if (isWeighted) {
            weights[next] = graph.weight(e);
          }
          next++;
        }
      }
      Arrays.fill(graphOf, firstNode, firstNode + graph.numNodes(), g);
      firstNode += graph.numNodes();
    }
    return of(Graph.of(numNodes, sources, targets, weights), graphOf, graphs.size());
  }

  /**
   * Splits the nodes of a graph into several graphs, as PyTorch Geometric's {@code batch} vector
   * does.
   *
   * @param graphOf for each node its graph
   * @throws IllegalArgumentException if a node belongs to a graph that does not exist
   */
  public static GraphBatch of(Graph graph, int[] graphOf, int numGraphs) {
    if (graphOf.length != graph.numNodes()) {
      throw new IllegalArgumentException(
          "batch must have one graph index for each of "
              + graph.numNodes()
              + " nodes, got "
              + graphOf.length);
    }
    int[] nodes = new int[graphOf.length];
    for (int node = 0; node < nodes.length; node++) {
      nodes[node] = node;
      if (graphOf[node] < 0 || graphOf[node] >= numGraphs) {
        throw new IllegalArgumentException(
            "the graph of node "
                + node
                + " must be in [0, "
                + numGraphs
                + "), got "
                + graphOf[node]);
      }
    }
    return new GraphBatch(graph, Csr.of(numGraphs, nodes.length, graphOf, nodes));
  }

  /** The number of graphs. */
  public int numGraphs() {
    return members.numRows();
  }

  /**
   * Pools the nodes of each graph, as {@code global_add_pool}, {@code global_mean_pool} and {@code
   * global_max_pool} do; a graph without nodes gets 0.
   *
   * @param x (nodes, features)
   * @return (graphs, features)
   */
  public Tensor pool(Aggr aggr, Tensor x) {
    return aggr.of(members, x);
  }
}
