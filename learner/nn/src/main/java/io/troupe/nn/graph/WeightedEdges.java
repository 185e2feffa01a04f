package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;

/**
 * The edges prepared for a convolution.
 *
 * @param edges sorted by target
 * @param weights of each edge, in order; must not be changed
 */
record WeightedEdges(Csr edges, double[] weights) {

  /** Sums the messages to every node. */
  Tensor propagate(Tensor x) {
    return Aggregation.sum(edges, x, Tensor.of(weights, weights.length).to(x.dtype()));
  }
}
