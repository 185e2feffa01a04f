package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;

/** How a node, or a graph, puts together what it receives. */
public enum Aggr {
  /** The sum. */
  ADD,
  /** The mean; 0 where nothing is received. */
  MEAN,
  /** The largest of each feature; 0 where nothing is received. */
  MAX;

  /** (columns, features) to (rows, features). */
  Tensor of(Csr csr, Tensor x) {
    return switch (this) {
      case ADD -> Aggregation.sum(csr, x);
      case MEAN -> Aggregation.mean(csr, x);
      case MAX -> Aggregation.max(csr, x);
    };
  }
}
