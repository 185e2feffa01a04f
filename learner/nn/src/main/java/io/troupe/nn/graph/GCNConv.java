package io.troupe.nn.graph;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;

/**
 * The graph convolution of Kipf and Welling (arXiv:1609.02907), as {@code
 * torch_geometric.nn.GCNConv}: a linear layer, followed by a weighted sum over a node and its
 * neighbors.
 *
 * <p>The normalized weights are cached in the graph, as with {@code cached=True}.
 */
public final class GCNConv extends Module implements GraphConv {
  private final EdgeNorm norm;
  private final Linear lin;
  private final Tensor bias;

  /**
   * The options of the convolution.
   *
   * @param improved whether added loops have weight 2 instead of 1; as in PyTorch Geometric,
   *     without effect on a graph without weights
   * @param addSelfLoops whether nodes without a loop get one
   * @param normalize whether weights are normalized; otherwise they are the graph's own
   * @param bias whether there is a bias
   */
  public record Options(boolean improved, boolean addSelfLoops, boolean normalize, boolean bias) {
    /** PyTorch Geometric's defaults. */
    public static Options defaults() {
      return new Options(false, true, true, true);
    }

    /** With added loops of weight 2 in graphs with weights. */
    public Options withImproved() {
      return new Options(true, addSelfLoops, normalize, bias);
    }

    /** Without added loops. */
    public Options withoutSelfLoops() {
      return new Options(improved, false, normalize, bias);
    }

    /** With the graph's own edges and weights. */
    public Options withoutNormalization() {
      return new Options(improved, addSelfLoops, false, bias);
    }

    /** Without a bias. */
    public Options withoutBias() {
      return new Options(improved, addSelfLoops, normalize, false);
    }
  }

  /** A convolution with PyTorch Geometric's defaults and initial values. */
  public GCNConv(int inChannels, int outChannels, Initializer initializer) {
    this(inChannels, outChannels, Options.defaults(), initializer);
  }

  /** A convolution with PyTorch Geometric's initial values. */
  public GCNConv(int inChannels, int outChannels, Options options, Initializer initializer) {
    this.norm =
        options.normalize()
            ? new EdgeNorm.Symmetric(options.addSelfLoops(), options.improved() ? 2 : 1)
            : new EdgeNorm.Own();
    this.lin = child("lin", Linear.glorot(inChannels, outChannels, initializer));
    this.bias = options.bias() ? parameter("bias", initializer.constant(0, outChannels)) : null;
  }

  @Override
  public Tensor forward(NodeFeatures x, Graph graph) {
    Tensor received = graph.edges(norm).propagate(x.project(lin.weight()));
    return bias == null ? received : received.add(bias);
  }
}
