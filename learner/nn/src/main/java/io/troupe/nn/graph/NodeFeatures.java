package io.troupe.nn.graph;

import io.troupe.nn.layers.Dropout;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.autograd.MatrixProducts;
import io.troupe.tensor.sparse.SparseMatrix;

/**
 * The features of the nodes of a graph, (nodes, features), dense or sparse. Both forms give the
 * same results except for rounding; the sparse form is much faster for rows that are mostly 0, such
 * as bags of words.
 */
public sealed interface NodeFeatures {
  /** The number of nodes. */
  int numNodes();

  /** The number of features of a node. */
  int numFeatures();

  /**
   * Multiplies by the weight of a linear layer.
   *
   * @param weight (outFeatures, features)
   * @return (nodes, outFeatures)
   */
  Tensor project(Tensor weight);

  /** Drops features in training. */
  NodeFeatures dropout(Dropout dropout);

  /** The features of these nodes, in this order; without gradients. */
  NodeFeatures rows(int... nodes);

  /** The features as a dense tensor. */
  Tensor dense();

  /**
   * Dense features.
   *
   * @param dense (nodes, features)
   */
  record Dense(Tensor dense) implements NodeFeatures {
    /** Checks the shape. */
    public Dense {
      if (dense.rank() != 2) {
        throw new ShapeException("features must be (nodes, features), got " + dense.shape());
      }
    }

    @Override
    public int numNodes() {
      return dense.size(0);
    }

    @Override
    public int numFeatures() {
      return dense.size(1);
    }

    @Override
    public Tensor project(Tensor weight) {
      return MatrixProducts.linear(dense, weight, null);
    }

    @Override
    public NodeFeatures dropout(Dropout dropout) {
      return new Dense(dropout.forward(dense));
    }

    @Override
    public NodeFeatures rows(int... nodes) {
      return new Dense(Indexing.embedding(dense.detach(), Tensor.of(nodes)));
    }
  }

  /**
   * Sparse features: only non-zero elements are stored.
   *
   * @param matrix (nodes, features)
   */
  record Sparse(SparseMatrix matrix) implements NodeFeatures {
    @Override
    public int numNodes() {
      return matrix.numRows();
    }

    @Override
    public int numFeatures() {
      return matrix.numColumns();
    }

    @Override
    public Tensor project(Tensor weight) {
      return matrix.matmul(weight.transpose(0, 1));
    }

    @Override
    public NodeFeatures dropout(Dropout dropout) {
      return new Sparse(new SparseMatrix(matrix.pattern(), dropout.forward(matrix.values())));
    }

    @Override
    public NodeFeatures rows(int... nodes) {
      return new Sparse(matrix.rows(nodes));
    }

    @Override
    public Tensor dense() {
      return matrix.toDense();
    }
  }
}
