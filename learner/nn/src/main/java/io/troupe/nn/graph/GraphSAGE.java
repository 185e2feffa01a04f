package io.troupe.nn.graph;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.Optional;

/**
 * GraphSAGE (arXiv:1706.02216), with the parameters of {@code torch_geometric.nn.models.GraphSAGE}.
 * It scores all nodes of a graph, or some nodes from a sample of their neighbors, so that a
 * training step does not have to process the whole graph.
 */
public final class GraphSAGE extends NodeClassifier<SAGEConv> {
  /**
   * A network with PyTorch Geometric's initial values.
   *
   * @param numLayers convolutions, at least 1
   * @param aggr aggregation of the neighbors
   * @param dropout probability before each of them, in [0, 1)
   */
  public GraphSAGE(
      int inChannels,
      int hiddenChannels,
      int numLayers,
      int outChannels,
      Aggr aggr,
      double dropout,
      Initializer initializer) {
    super(
        stack(
            inChannels,
            hiddenChannels,
            numLayers,
            outChannels,
            (in, out, _) ->
                new SAGEConv(in, out, SAGEConv.Options.defaults().withAggr(aggr), initializer)),
        Activation.RELU,
        dropout);
  }

  @Override
  public Optional<SampledPass> sampledPass() {
    return Optional.of(this::forward);
  }

  /**
   * Scores the nodes that a sample was drawn for.
   *
   * @param x a row for every node of {@code sample.nodes()}, in their order
   * @param sample with a hop for each convolution
   * @return (targets, outChannels)
   */
  public Tensor forward(NodeFeatures x, NeighborSample sample) {
    int numLayers = convs().size();
    if (sample.hops().size() != numLayers) {
      throw new IllegalArgumentException(
          "sample must have "
              + numLayers
              + " hops, one for each convolution, got "
              + sample.hops().size());
    }
    // the last convolution receives from the first hop
    return forward(
        x, (layer, conv, h) -> conv.forward(h, sample.hops().get(numLayers - 1 - layer)));
  }
}
