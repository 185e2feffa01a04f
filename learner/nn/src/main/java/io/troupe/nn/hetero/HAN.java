package io.troupe.nn.hetero;

import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The heterogeneous graph attention network (arXiv:1903.07293): one {@link HANConv} over metapaths
 * from the target type to itself, and a linear layer. Parameters have the names of PyTorch
 * Geometric's example {@code han_imdb.py}; metapaths are named {@code metapath_0} and so on, as
 * {@code AddMetaPaths} does. Difference from the example: in training, features of nodes are
 * dropped as well, as in the paper's code.
 */
public final class HAN extends HeteroNodeClassifier {
  private final List<Metapath> metapaths;
  private final HANConv conv;
  private final Linear lin;
  private final Dropout dropout;

  /**
   * A network with PyTorch Geometric's initial values.
   *
   * @param metadata types of the graph
   * @param target type of the nodes that are classified
   * @param inChannels features of a node of each type; only those of the target type are used
   * @param metapaths each from the target type to itself; at least one
   * @param hiddenChannels of all heads together
   * @param dropout probability of each feature and each edge in training
   */
  public HAN(
      HeteroMetadata metadata,
      String target,
      Map<String, Integer> inChannels,
      List<Metapath> metapaths,
      int hiddenChannels,
      int heads,
      int outChannels,
      double dropout,
      Initializer initializer) {
    super(metadata, target);
    requireClosed(metapaths, target);
    this.metapaths = List.copyOf(metapaths);
    this.conv =
        child(
            "han_conv",
            new HANConv(
                Map.of(target, inChannels.get(target)),
                hiddenChannels,
                new HeteroMetadata(List.of(target), edgeTypes()),
                heads,
                0.2,
                dropout,
                initializer));
    this.lin = child("lin", Linear.of(hiddenChannels, outChannels, true, initializer));
    this.dropout = child("dropout", new Dropout(dropout, Philox.of(0)));
  }

  private static void requireClosed(List<Metapath> metapaths, String target) {
    if (metapaths.isEmpty()) {
      throw new IllegalArgumentException(
          "metapaths must be paths from %s to %s, got none".formatted(target, target));
    }
    for (Metapath path : metapaths) {
      if (!path.source().equals(target) || !path.target().equals(target)) {
        throw new IllegalArgumentException(
            "metapaths must be paths from %s to %s, got one from %s to %s"
                .formatted(target, target, path.source(), path.target()));
      }
    }
  }

  private List<EdgeType> edgeTypes() {
    return IntStream.range(0, metapaths.size())
        .mapToObj(i -> new EdgeType(target(), "metapath_" + i, target()))
        .toList();
  }

  @Override
  public boolean learnsFromSamples() {
    return false;
  }

  @Override
  Tensor scores(Map<String, NodeFeatures> x, HeteroGraph graph) {
    Map<EdgeType, Csr> pairs = new LinkedHashMap<>();
    List<EdgeType> types = edgeTypes();
    for (int i = 0; i < types.size(); i++) {
      pairs.put(types.get(i), graph.edges(metapaths.get(i)));
    }
    HeteroGraph ofPaths = new HeteroGraph(Map.of(target(), graph.numNodes(target())), pairs);
    Map<String, NodeFeatures> dropped = Map.of(target(), x.get(target()).dropout(dropout));
    return lin.forward(conv.forward(dropped, ofPaths).get(target()));
  }
}
