package io.troupe.nn.graph;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.tensor.Tensor;

/**
 * The convolution of graph isomorphism networks (arXiv:1810.00826), as {@code
 * torch_geometric.nn.GINConv}: a network applied to the sum of the neighbors and (1 + eps) times
 * the node itself.
 */
public final class GINConv extends Module implements GraphConv {
  private final Layer nn;
  private final Tensor eps;

  /**
   * A convolution.
   *
   * @param nn a module, (rows, inChannels) to (rows, outChannels)
   * @param eps the initial eps
   * @param trainEps whether eps is learned
   */
  public <N extends Module & Layer> GINConv(
      N nn, double eps, boolean trainEps, Initializer initializer) {
    Tensor initial = initializer.constant(eps, 1);
    this.eps = trainEps ? parameter("eps", initial) : buffer("eps", initial);
    this.nn = child("nn", nn);
  }

  @Override
  public Tensor forward(NodeFeatures x, Graph graph) {
    Tensor own = x.dense();
    return nn.forward(Aggr.ADD.of(graph.edges(), own).add(own.mul(eps.add(1))));
  }
}
