package io.troupe.nn.graph;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;

/**
 * The graph convolutional network (arXiv:1609.02907), with the parameters of {@code
 * torch_geometric.nn.models.GCN}.
 */
public final class GCN extends NodeClassifier<GCNConv> {
  /**
   * A network with PyTorch Geometric's initial values.
   *
   * @param numLayers convolutions, at least 1
   * @param dropout probability before each of them, in [0, 1)
   */
  public GCN(
      int inChannels,
      int hiddenChannels,
      int numLayers,
      int outChannels,
      double dropout,
      Initializer initializer) {
    super(
        stack(
            inChannels,
            hiddenChannels,
            numLayers,
            outChannels,
            (in, out, _) -> new GCNConv(in, out, initializer)),
        Activation.RELU,
        dropout);
  }
}
