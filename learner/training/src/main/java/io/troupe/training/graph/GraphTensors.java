package io.troupe.training.graph;

import io.troupe.nn.graph.Graph;
import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.hetero.EdgeType;
import io.troupe.nn.hetero.HeteroGraph;
import io.troupe.protocols.graph.EdgeIndex;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.protocols.graph.SparseRows;
import io.troupe.protocols.graph.TypedEdges;
import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.sparse.SparseMatrix;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Converts graphs and features to the inputs of a network. */
public final class GraphTensors {
  /** Features with a higher fraction of non-zero entries are stored as dense matrices. */
  private static final double MOST_FILLED = 0.25;

  private GraphTensors() {}

  /** The graph of some edges. */
  public static Graph graph(EdgeIndex edges) {
    return Graph.of(edges.numNodes(), edges.sources(), edges.targets());
  }

  /** The graph of some edges of several types. */
  public static HeteroGraph graph(HeteroDataset data) {
    Map<String, Integer> numNodes = new LinkedHashMap<>();
    data.features().forEach((type, rows) -> numNodes.put(type, rows.numRows()));
    Map<EdgeType, Csr> edges = new LinkedHashMap<>();
    for (TypedEdges ofType : data.edges()) {
      edges.put(
          new EdgeType(ofType.source(), ofType.relation(), ofType.target()),
          Csr.of(
              numNodes.get(ofType.target()),
              numNodes.get(ofType.source()),
              ofType.targets(),
              ofType.sources()));
    }
    return new HeteroGraph(numNodes, edges);
  }

  /** The settings of a network for the types of a graph, by name. */
  public static Map<String, String> types(HeteroDataset data) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        "node_types",
        data.features().entrySet().stream()
            .map(type -> type.getKey() + ":" + type.getValue().numColumns())
            .collect(Collectors.joining(",")));
    settings.put(
        "edge_types", data.edges().stream().map(TypedEdges::type).collect(Collectors.joining(",")));
    settings.put("target", data.target());
    settings.put("out_channels", Integer.toString(data.numClasses()));
    return settings;
  }

  /**
   * FLOAT32 features in the current scope: a dense matrix, or a sparse one if few entries are not
   * 0.
   */
  public static NodeFeatures features(SparseRows rows) {
    Csr pattern = Csr.of(rows.numRows(), rows.numColumns(), rows.rows(), rows.columns());
    SparseMatrix matrix = new SparseMatrix(pattern, Tensor.of(rows.values()));
    double filled = (double) rows.values().length / rows.numRows() / rows.numColumns();
    return filled > MOST_FILLED
        ? new NodeFeatures.Dense(matrix.toDense())
        : new NodeFeatures.Sparse(matrix);
  }
}
