package io.troupe.training.graph;

import io.troupe.nn.graph.Graph;
import io.troupe.nn.graph.NodeFeatures;
import io.troupe.protocols.graph.EdgeIndex;
import io.troupe.protocols.graph.SparseRows;
import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.sparse.SparseMatrix;

/** Converts graphs and features to the inputs of a network. */
public final class GraphTensors {
  /** Features with a higher fraction of non-zero entries are stored as dense matrices. */
  private static final double MOST_FILLED = 0.25;

  private GraphTensors() {}

  /** The graph of some edges. */
  public static Graph graph(EdgeIndex edges) {
    return Graph.of(edges.numNodes(), edges.sources(), edges.targets());
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
