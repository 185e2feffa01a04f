package io.troupe.nn.graph;

import io.troupe.tensor.Tensor;

/**
 * A graph convolution: the new features of a node depend on its own features and those of its
 * neighbors.
 */
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
