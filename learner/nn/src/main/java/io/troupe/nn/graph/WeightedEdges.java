package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;

/**
 * Edges as a convolution takes them.
 *
 * @param edges sorted by target
 * @param weights of each edge, in their order; not to be written
 */
record WeightedEdges(Csr edges, double[] weights) {

  /** Sums what every node receives. */
  Tensor propagate(Tensor x) {
    return Aggregation.sum(edges, x, Tensor.of(weights, weights.length).to(x.dtype()));
  }
}
