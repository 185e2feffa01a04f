package io.troupe.nn.graph;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;

/**
 * Graph convolutions for whole graphs: ReLU between them, the nodes pooled, dropout and a linear
 * layer. Parameters {@code convs.0.lin.weight} and so on, {@code lin.weight}, {@code lin.bias}.
 */
public final class GraphGCN extends GraphClassifier {
  private final List<GCNConv> convs = new ArrayList<>();
  private final Aggr pooling;
  private final Dropout dropout;
  private final Linear lin;

  /**
   * A network with PyTorch Geometric's initial values.
   *
   * @param numLayers convolutions, at least 1
   * @param pooling pooling of the nodes of a graph
   * @param dropout probability before the linear layer, in [0, 1)
   */
  public GraphGCN(
      int inChannels,
      int hiddenChannels,
      int numLayers,
      int outChannels,
      Aggr pooling,
      double dropout,
      Initializer initializer) {
    for (int i = 0; i < numLayers; i++) {
      int in = i == 0 ? inChannels : hiddenChannels;
      convs.add(child("convs." + i, new GCNConv(in, hiddenChannels, initializer)));
    }
    this.pooling = pooling;
    this.dropout = child("dropout", new Dropout(dropout, Philox.of(0)));
    this.lin = child("lin", Linear.of(hiddenChannels, outChannels, true, initializer));
  }

  @Override
  public Tensor forward(Tensor x, GraphBatch batch) {
    Tensor h = convs.getFirst().forward(x, batch.graph());
    for (GCNConv conv : convs.subList(1, convs.size())) {
      h = conv.forward(Activation.RELU.forward(h), batch.graph());
    }
    return lin.forward(dropout.forward(batch.pool(pooling, h)));
  }
}
