package io.troupe.nn.hetero;

import io.troupe.nn.Module;
import io.troupe.nn.graph.HeadScores;
import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Sizes;
import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The heterogeneous graph attention convolution (arXiv:1903.07293), as {@code
 * torch_geometric.nn.HANConv}: attention over the neighbors by each type of edges, such as a
 * metapath, then attention over these types.
 */
public final class HANConv extends Module {
  private final HeteroMetadata metadata;
  private final double negativeSlope;
  private final Map<String, Linear> proj = new LinkedHashMap<>();
  private final Map<EdgeType, Tensor> linSrc = new LinkedHashMap<>();
  private final Map<EdgeType, Tensor> linDst = new LinkedHashMap<>();
  private final Linear kLin;
  private final Tensor q;
  private final Dropout dropout;

  /**
   * A convolution with PyTorch Geometric's initial values.
   *
   * @param inChannels features of each type of nodes
   * @param outChannels of all heads together
   * @param negativeSlope of the leaky ReLU of attention scores
   * @param dropout probability of an edge in training
   */
  public HANConv(
      Map<String, Integer> inChannels,
      int outChannels,
      HeteroMetadata metadata,
      int heads,
      double negativeSlope,
      double dropout,
      Initializer initializer) {
    Sizes.requireMultiple("hidden_channels", outChannels, "heads", heads);
    this.metadata = metadata;
    this.negativeSlope = negativeSlope;
    int channels = outChannels / heads;
    this.kLin = child("k_lin", Linear.of(outChannels, outChannels, true, initializer));
    double ofQuery = Math.sqrt(6.0 / (1 + outChannels));
    this.q = parameter("q", initializer.uniform(ofQuery, 1, outChannels));
    for (String type : metadata.nodeTypes()) {
      Linear linear = Linear.of(inChannels.get(type), outChannels, true, initializer);
      proj.put(type, child("proj." + type, linear));
    }
    double bound = Math.sqrt(6.0 / (heads + channels));
    for (EdgeType type : metadata.edgeTypes()) {
      Tensor source = initializer.uniform(bound, 1, heads, channels);
      Tensor target = initializer.uniform(bound, 1, heads, channels);
      linSrc.put(type, parameter("lin_src." + type.name(), source));
      linDst.put(type, parameter("lin_dst." + type.name(), target));
    }
    this.dropout = child("dropout", new Dropout(dropout, Philox.of(0)));
  }

  /**
   * Applies the convolution.
   *
   * @return (nodes, outChannels) of each type that is the target of a type of edges
   */
  public Map<String, Tensor> forward(Map<String, NodeFeatures> x, HeteroGraph graph) {
    Map<String, Tensor> projected = new LinkedHashMap<>();
    proj.forEach(
        (type, linear) ->
            projected.put(type, x.get(type).project(linear.weight()).add(linear.bias())));
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String target : metadata.nodeTypes()) {
      List<Tensor> received =
          metadata.into(target).stream()
              .map(type -> received(type, graph.edges(type), projected))
              .toList();
      if (!received.isEmpty()) {
        out.put(target, combined(received));
      }
    }
    return out;
  }

  /** Attention over the neighbors by one type of edges. */
  private Tensor received(EdgeType type, Csr edges, Map<String, Tensor> projected) {
    Tensor sent = projected.get(type.source());
    Tensor ofTargets = HeadScores.of(projected.get(type.target()), linDst.get(type));
    Tensor ofSources = HeadScores.of(sent, linSrc.get(type));
    Tensor scores = Aggregation.edgeScores(edges, ofTargets, ofSources, negativeSlope);
    Tensor shares = dropout.forward(Aggregation.edgeSoftmax(edges, scores)); // (edges, heads)
    return Activation.RELU.forward(Aggregation.sum(edges, sent, shares));
  }

  /** Attention over the types of edges, with the same weights for all nodes. */
  private Tensor combined(List<Tensor> received) {
    List<Tensor> scores = new ArrayList<>();
    for (Tensor ofType : received) {
      Tensor keys = Activation.TANH.forward(kLin.forward(ofType)).mean(0);
      scores.add(q.mul(keys).sum().reshape(1, 1));
    }
    Tensor shares = Indexing.cat(1, scores).softmax().reshape(received.size(), 1); // (types, 1)
    Tensor sum = received.getFirst().mul(shares.rows(0, 1));
    for (int i = 1; i < received.size(); i++) {
      sum = sum.add(received.get(i).mul(shares.rows(i, i + 1)));
    }
    return sum;
  }
}
