package io.troupe.training.graph;

import io.troupe.tensor.Tensor;
import io.troupe.training.supervised.SupervisedTask;

/** A task that classifies nodes of one graph. */
public interface NodeScores extends SupervisedTask {
  /** The class scores of all nodes that can be classified, (nodes, classes). */
  Tensor scores();
}
