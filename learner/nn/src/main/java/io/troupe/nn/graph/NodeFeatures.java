package io.troupe.nn.graph;

import io.troupe.nn.layers.Dropout;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.autograd.MatrixProducts;
import io.troupe.tensor.sparse.SparseMatrix;

/**
 * What the nodes of a graph carry, (nodes, features): stored in full, or only what is not 0. Both
 * give the same results but for rounding; rows that are nearly all 0, such as a document's words,
 * take a fraction of the time in the second form.
 */
public sealed interface NodeFeatures {
  /** The number of nodes. */
  int numNodes();

  /** Numbers of one node. */
  int numFeatures();

  /**
   * Multiplies with the weight of a linear layer.
   *
   * @param weight (outFeatures, features)
   * @return (nodes, outFeatures)
   */
  Tensor project(Tensor weight);

  /** Drops features in training. */
  NodeFeatures dropout(Dropout dropout);

  /** The features of these nodes, in this order; without gradients. */
  NodeFeatures rows(int... nodes);

  /** The features in full. */
  Tensor dense();

  /**
   * Features in full.
   *
   * @param dense (nodes, features)
   */
  record Dense(Tensor dense) implements NodeFeatures {
    /** Checks the shape. */
    public Dense {
      if (dense.rank() != 2) {
        throw new ShapeException("features are " + dense.shape() + ", expected (nodes, features)");
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
   * Features of which only what is not 0 is stored.
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
