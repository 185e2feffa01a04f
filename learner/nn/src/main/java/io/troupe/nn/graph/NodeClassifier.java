package io.troupe.nn.graph;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Layer;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A chain of convolutions that computes class scores for every node of a graph. Parameters are
 * named as in {@code torch_geometric.nn.models}: {@code convs.0.lin.weight}.
 *
 * <p>Difference from those models: in training, dropout is also applied to the input features, as
 * in the papers.
 *
 * @param <C> the convolutions
 */
public abstract sealed class NodeClassifier<C extends Module & GraphConv> extends Module
    permits GCN, GAT, ChebNet, GraphSAGE {
  private final List<C> convs;
  private final Layer activation;
  private final Dropout dropout;

  NodeClassifier(List<C> convs, Layer activation, double dropout) {
    for (int i = 0; i < convs.size(); i++) {
      child("convs." + i, convs.get(i));
    }
    this.convs = convs;
    this.activation = activation;
    this.dropout = child("dropout", new Dropout(dropout, Philox.of(0)));
  }

  /** Creates a convolution from its input and output widths. */
  @FunctionalInterface
  interface ConvFactory<C> {
    C create(int inChannels, int outChannels, boolean isLast);
  }

  /** Convolutions through {@code numLayers - 1} hidden layers of one width. */
  static <C> List<C> stack(
      int inChannels, int hiddenChannels, int numLayers, int outChannels, ConvFactory<C> factory) {
    if (numLayers < 1) {
      throw new IllegalArgumentException("num_layers must be 1 or more, got " + numLayers);
    }
    List<C> convs = new ArrayList<>();
    for (int i = 0; i < numLayers; i++) {
      boolean isLast = i == numLayers - 1;
      convs.add(
          factory.create(
              i == 0 ? inChannels : hiddenChannels, isLast ? outChannels : hiddenChannels, isLast));
    }
    return convs;
  }

  /** The convolutions, first to last. */
  public final List<C> convs() {
    return List.copyOf(convs);
  }

  /**
   * Scores every node.
   *
   * @param x a row for every node of the graph
   * @return (nodes, outChannels)
   */
  public final Tensor forward(NodeFeatures x, Graph graph) {
    if (x.numNodes() != graph.numNodes()) {
      throw new ShapeException(
          "x must have a row for each of " + graph.numNodes() + " nodes, got " + x.numNodes());
    }
    return forward(x, (_, conv, features) -> conv.forward(features, graph));
  }

  /**
   * Scores every node.
   *
   * @param x (nodes, inChannels)
   * @return (nodes, outChannels)
   */
  public final Tensor forward(Tensor x, Graph graph) {
    return forward(new NodeFeatures.Dense(x), graph);
  }

  /** The forward pass over a sample of neighbors; empty if the network has none. */
  public Optional<SampledPass> sampledPass() {
    return Optional.empty();
  }

  /** A forward pass over a sample of the neighbors of some nodes. */
  @FunctionalInterface
  public interface SampledPass {
    /**
     * Scores the nodes that a sample was drawn for.
     *
     * @param x a row for every node of {@code sample.nodes()}, in their order
     * @param sample with a hop for each convolution
     * @return (targets, outChannels)
     */
    Tensor forward(NodeFeatures x, NeighborSample sample);
  }

  /** Applies one convolution. */
  @FunctionalInterface
  interface ConvCall<C> {
    Tensor apply(int layer, C conv, NodeFeatures x);
  }

  /** Convolutions with activation and dropout between them. */
  final Tensor forward(NodeFeatures x, ConvCall<C> call) {
    Tensor h = call.apply(0, convs.getFirst(), x.dropout(dropout));
    for (int i = 1; i < convs.size(); i++) {
      Tensor dropped = dropout.forward(activation.forward(h));
      h = call.apply(i, convs.get(i), new NodeFeatures.Dense(dropped));
    }
    return h;
  }
}
