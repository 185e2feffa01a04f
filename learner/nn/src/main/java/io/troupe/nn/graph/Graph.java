package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A directed graph: messages are sent along each edge from its source to its target. An undirected
 * graph has each edge in both directions. Multiple edges and loops are allowed.
 *
 * <p>Edges are sorted by target; edges of one target keep their order. Edges prepared for a
 * convolution, such as normalized weights, are computed once and cached. Immutable and thread-safe.
 */
public final class Graph {
  private final Csr edges;
  private final double[] weights;
  private final Map<EdgeNorm, WeightedEdges> normalized = new ConcurrentHashMap<>();

  private Graph(Csr edges, double[] weights) {
    this.edges = edges;
    this.weights = weights;
  }

  /**
   * A graph of edges without weights.
   *
   * @param sources of each edge
   * @param targets of each edge
   * @throws IllegalArgumentException if an edge has a node that does not exist
   */
  public static Graph of(int numNodes, int[] sources, int[] targets) {
    return of(numNodes, sources, targets, null);
  }

  /**
   * A graph of weighted edges.
   *
   * @param sources of each edge
   * @param targets of each edge
   * @param weights of each edge; null for ones
   * @throws IllegalArgumentException if an edge has a node that does not exist
   */
  public static Graph of(int numNodes, int[] sources, int[] targets, double[] weights) {
    if (sources.length != targets.length || (weights != null && weights.length != sources.length)) {
      throw new IllegalArgumentException(
          "edges must have one source, one target"
              + (weights == null ? "" : ", one weight")
              + " each, got "
              + sources.length
              + " sources, "
              + targets.length
              + " targets"
              + (weights == null ? "" : ", " + weights.length + " weights"));
    }
    for (int e = 0; e < sources.length; e++) {
      requireNodes(e, sources[e], targets[e], numNodes);
    }
    Csr given = Csr.of(numNodes, numNodes, targets, sources);
    if (given.positions() == null) {
      return new Graph(given, weights == null ? null : weights.clone());
    }
    int[] sortedTargets = new int[targets.length];
    double[] sortedWeights = weights == null ? null : new double[weights.length];
    for (int e = 0; e < targets.length; e++) {
      sortedTargets[e] = targets[given.positions()[e]];
      if (weights != null) {
        sortedWeights[e] = weights[given.positions()[e]];
      }
    }
    return new Graph(Csr.of(numNodes, numNodes, sortedTargets, given.columns()), sortedWeights);
  }

  /**
   * A graph of the edges that PyTorch Geometric calls {@code edge_index}.
   *
   * @param edgeIndex INT32 or INT64 (2, edges): the source and the target of each edge
   * @throws IllegalArgumentException if an edge has a node that does not exist
   */
  public static Graph of(int numNodes, Tensor edgeIndex) {
    boolean isInteger = edgeIndex.dtype() == DType.INT32 || edgeIndex.dtype() == DType.INT64;
    if (!isInteger || edgeIndex.rank() != 2 || edgeIndex.size(0) != 2) {
      throw new ShapeException(
          "edge_index must be integers (2, edges), the source and the target of each edge, got "
              + edgeIndex.dtype()
              + " "
              + edgeIndex.shape());
    }
    return of(numNodes, edgeIndex.slice(0).toInts(), edgeIndex.slice(1).toInts());
  }

  private static void requireNodes(int edge, int source, int target, int numNodes) {
    if (source < 0 || source >= numNodes || target < 0 || target >= numNodes) {
      throw new IllegalArgumentException(
          "edge "
              + edge
              + " must connect nodes in [0, "
              + numNodes
              + "), got "
              + source
              + " to "
              + target);
    }
  }

  /** The number of nodes. */
  public int numNodes() {
    return edges.numRows();
  }

  /** The number of edges. */
  public int numEdges() {
    return edges.numEntries();
  }

  /** The edges; rows are targets, columns are sources. */
  public Csr edges() {
    return edges;
  }

  /** The weight of an edge, in the order of {@link #edges}. */
  double weight(int edge) {
    return weights == null ? 1 : weights[edge];
  }

  /** Whether the edges have weights. */
  boolean isWeighted() {
    return weights != null;
  }

  /** The edges prepared for a convolution, computed at the first call. */
  WeightedEdges edges(EdgeNorm norm) {
    return normalized.computeIfAbsent(norm, n -> n.of(this));
  }

  /** For example {@code 2708 nodes, 10556 edges}. */
  @Override
  public String toString() {
    return numNodes() + " nodes, " + numEdges() + " edges";
  }
}
