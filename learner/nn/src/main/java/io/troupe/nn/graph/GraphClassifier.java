package io.troupe.nn.graph;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;

/** A network that computes class scores for each graph of a batch. */
public abstract sealed class GraphClassifier extends Module permits GIN, GraphGCN {
  /**
   * Scores graphs.
   *
   * @param x (nodes of all graphs, inChannels)
   * @return (graphs, outChannels)
   */
  public abstract Tensor forward(Tensor x, GraphBatch batch);
}
