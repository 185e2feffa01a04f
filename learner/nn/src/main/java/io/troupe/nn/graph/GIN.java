package io.troupe.nn.graph;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The graph isomorphism network (arXiv:1810.00826) for whole graphs: convolutions, the sum over the
 * nodes, and a perceptron; with the parameters of PyTorch Geometric's example for MUTAG:
 *
 * <pre>{@code
 * self.convs = ModuleList(GINConv(MLP([in, hidden, hidden])) for each layer)
 * self.mlp = MLP([hidden, hidden, out], norm=None, dropout=dropout)
 *
 * for conv in self.convs: x = conv(x, edge_index).relu()
 * return self.mlp(global_add_pool(x, batch))
 * }</pre>
 */
public final class GIN extends GraphClassifier {
  private final List<GINConv> convs = new ArrayList<>();
  private final NodeMlp mlp;

  /**
   * A network with PyTorch's initial values.
   *
   * @param numLayers convolutions, at least 1
   * @param mlpLayers linear layers of the perceptron in each, at least 1
   * @param trainEps whether the weight of a node itself is learned
   * @param dropout probability in the last perceptron, in [0, 1)
   */
  public GIN(
      int inChannels,
      int hiddenChannels,
      int numLayers,
      int mlpLayers,
      int outChannels,
      boolean trainEps,
      double dropout,
      Initializer initializer) {
    for (int i = 0; i < numLayers; i++) {
      List<Integer> channels = new ArrayList<>();
      channels.add(i == 0 ? inChannels : hiddenChannels);
      channels.addAll(Collections.nCopies(mlpLayers, hiddenChannels));
      NodeMlp inner = new NodeMlp(channels, true, 0, initializer);
      convs.add(child("convs." + i, new GINConv(inner, 0, trainEps, initializer)));
    }
    this.mlp =
        child(
            "mlp",
            new NodeMlp(
                List.of(hiddenChannels, hiddenChannels, outChannels), false, dropout, initializer));
  }

  @Override
  public Tensor forward(Tensor x, GraphBatch batch) {
    Tensor h = x;
    for (GINConv conv : convs) {
      h = Activation.RELU.forward(conv.forward(h, batch.graph()));
    }
    return mlp.forward(batch.pool(Aggr.ADD, h));
  }
}
