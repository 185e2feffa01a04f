package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;
import io.troupe.tensor.memory.Memory;

/**
 * Edges as a convolution takes them.
 *
 * @param edges sorted by target
 * @param weights of each edge, in their order; not to be written
 */
record WeightedEdges(Csr edges, double[] weights) {

  /** Sums what every node receives. */
  Tensor propagate(Tensor x) {
    return Aggregation.sum(edges, x, weights(x.dtype()));
  }

  private Tensor weights(DType dtype) {
    Tensor tensor = Tensor.empty(dtype, Shape.of(weights.length));
    for (int e = 0; e < weights.length; e++) {
      if (dtype == DType.FLOAT32) {
        Memory.setFloat(tensor.address() + 4L * e, (float) weights[e]);
      } else {
        Memory.setDouble(tensor.address() + 8L * e, weights[e]);
      }
    }
    return tensor;
  }
}
