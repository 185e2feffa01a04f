package io.troupe.nn.graph;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;

/**
 * The Chebyshev network (arXiv:1606.09375) for nodes: convolutions of {@code
 * torch_geometric.nn.ChebConv} named {@code convs.0} and so on, ReLU between them.
 */
public final class ChebNet extends NodeClassifier<ChebConv> {
  /**
   * A network with PyTorch Geometric's initial values.
   *
   * @param numLayers convolutions, at least 1
   * @param k polynomials of each, at least 1
   * @param dropout probability before each of them, in [0, 1)
   */
  public ChebNet(
      int inChannels,
      int hiddenChannels,
      int numLayers,
      int outChannels,
      int k,
      double dropout,
      Initializer initializer) {
    super(
        stack(
            inChannels,
            hiddenChannels,
            numLayers,
            outChannels,
            (in, out, _) -> new ChebConv(in, out, k, initializer)),
        Activation.RELU,
        dropout);
  }
}
