package io.troupe.nn.graph;

import io.troupe.tensor.Tensor;

/** A layer in which every node makes something new of itself and what its neighbours send. */
public interface GraphConv {
  /**
   * Applies the layer.
   *
   * @param x a row for every node of the graph
   * @return (nodes, outChannels)
   */
  Tensor forward(NodeFeatures x, Graph graph);

  /**
   * Applies the layer.
   *
   * @param x (nodes, inChannels)
   * @return (nodes, outChannels)
   */
  default Tensor forward(Tensor x, Graph graph) {
    return forward(new NodeFeatures.Dense(x), graph);
  }
}
