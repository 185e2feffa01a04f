package io.troupe.nn.graph;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Sizes;

/**
 * The graph attention network (arXiv:1710.10903), with the parameters of {@code
 * torch_geometric.nn.models.GAT} and the paper's ELU between layers. The heads of hidden layers are
 * concatenated, those of the last layer are averaged.
 *
 * <p>Difference from PyTorch Geometric's model: the last layer may have a different number of
 * heads, as in the paper.
 */
public final class GAT extends NodeClassifier<GATConv> {
  /**
   * A network with PyTorch Geometric's initial values.
   *
   * @param hiddenChannels of all heads of a hidden layer together
   * @param numLayers convolutions, at least 1
   * @param heads of each hidden layer
   * @param outputHeads of the last layer
   * @param dropout probability before each layer and of each edge, in [0, 1)
   */
  public GAT(
      int inChannels,
      int hiddenChannels,
      int numLayers,
      int outChannels,
      int heads,
      int outputHeads,
      double dropout,
      Initializer initializer) {
    super(
        stack(
            inChannels,
            hiddenChannels,
            numLayers,
            outChannels,
            (in, out, isLast) ->
                isLast
                    ? last(in, out, outputHeads, dropout, initializer)
                    : hidden(in, out, heads, dropout, initializer)),
        Activation.ELU,
        dropout);
  }

  private static GATConv hidden(
      int in, int out, int heads, double dropout, Initializer initializer) {
    Sizes.requireMultiple("hidden_channels", out, "heads", heads);
    return new GATConv(in, out / heads, options(heads, dropout), initializer);
  }

  private static GATConv last(int in, int out, int heads, double dropout, Initializer initializer) {
    return new GATConv(in, out, options(heads, dropout).withoutConcat(), initializer);
  }

  private static GATConv.Options options(int heads, double dropout) {
    return GATConv.Options.defaults().withHeads(heads).withDropout(dropout);
  }
}
