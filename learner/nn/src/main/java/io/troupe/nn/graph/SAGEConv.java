package io.troupe.nn.graph;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.MatrixProducts;
import java.util.stream.IntStream;

/**
 * The convolution of GraphSAGE (arXiv:1706.02216), as {@code torch_geometric.nn.SAGEConv}: one
 * linear layer for the neighbors, one for the node itself.
 *
 * <p>Sums and means are computed after the linear layer if that makes rows shorter: the same result
 * except for rounding.
 */
public final class SAGEConv extends Module implements GraphConv {
  /** The minimum norm, as in {@code torch.nn.functional.normalize}. */
  private static final double EPS = 1e-12;

  private final Options options;
  private final Linear linL;
  private final Linear linR;
  private final boolean isLinearFirst;

  /**
   * The options of the convolution.
   *
   * @param aggr aggregation of the neighbors
   * @param normalize whether results are scaled to length 1
   * @param rootWeight whether a node's own features are used
   * @param bias whether there is a bias
   */
  public record Options(Aggr aggr, boolean normalize, boolean rootWeight, boolean bias) {
    /** PyTorch Geometric's defaults: the mean. */
    public static Options defaults() {
      return new Options(Aggr.MEAN, false, true, true);
    }

    /** With another aggregation. */
    public Options withAggr(Aggr other) {
      return new Options(other, normalize, rootWeight, bias);
    }

    /** With results of length 1. */
    public Options withNormalize() {
      return new Options(aggr, true, rootWeight, bias);
    }

    /** Without a node's own features. */
    public Options withoutRootWeight() {
      return new Options(aggr, normalize, false, bias);
    }

    /** Without a bias. */
    public Options withoutBias() {
      return new Options(aggr, normalize, rootWeight, false);
    }
  }

  /** A convolution with PyTorch Geometric's defaults and initial values. */
  public SAGEConv(int inChannels, int outChannels, Initializer initializer) {
    this(inChannels, outChannels, Options.defaults(), initializer);
  }

  /** A convolution with PyTorch Geometric's initial values. */
  public SAGEConv(int inChannels, int outChannels, Options options, Initializer initializer) {
    this.options = options;
    this.linL = child("lin_l", Linear.of(inChannels, outChannels, options.bias(), initializer));
    this.linR =
        options.rootWeight()
            ? child("lin_r", Linear.of(inChannels, outChannels, false, initializer))
            : null;
    this.isLinearFirst = options.aggr() != Aggr.MAX && outChannels < inChannels;
  }

  @Override
  public Tensor forward(NodeFeatures x, Graph graph) {
    return forward(x, x, graph.edges());
  }

  /**
   * Applies the layer to a bipartite graph; the receiving nodes are the first of the sending nodes.
   *
   * @param x a row for every sending node
   * @param edges a row for every receiving node, a column for every sending node
   * @return (receiving nodes, outChannels)
   */
  public Tensor forward(NodeFeatures x, Csr edges) {
    int[] receiving = IntStream.range(0, edges.numRows()).toArray();
    NodeFeatures own =
        x instanceof NodeFeatures.Dense(Tensor dense)
            ? new NodeFeatures.Dense(dense.rows(0, edges.numRows()))
            : x.rows(receiving);
    return forward(x, own, edges);
  }

  private Tensor forward(NodeFeatures x, NodeFeatures own, Csr edges) {
    Tensor received =
        isLinearFirst
            ? options.aggr().of(edges, x.project(linL.weight()))
            : MatrixProducts.linear(options.aggr().of(edges, x.dense()), linL.weight(), null);
    Tensor out = linR == null ? received : received.add(own.project(linR.weight()));
    Tensor shifted = linL.bias() == null ? out : out.add(linL.bias());
    return options.normalize() ? normalized(shifted) : shifted;
  }

  private static Tensor normalized(Tensor x) {
    Tensor squares = x.mul(x).sum(1).reshape(x.size(0), 1);
    return x.div(squares.clamp(EPS * EPS, Double.POSITIVE_INFINITY).sqrt());
  }
}
