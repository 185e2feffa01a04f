package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;

/** The aggregation of the messages to a node, or of the nodes of a graph. */
public enum Aggr {
  /** The sum. */
  ADD,
  /** The mean; 0 without messages. */
  MEAN,
  /** The maximum of each feature; 0 without messages. */
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
