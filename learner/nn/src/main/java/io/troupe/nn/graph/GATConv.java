package io.troupe.nn.graph;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;
import io.troupe.tensor.random.Philox;

/**
 * The graph attention convolution (arXiv:1710.10903), as {@code torch_geometric.nn.GATConv}: every
 * head weights the messages to a node by a softmax over its neighbors and itself.
 */
public final class GATConv extends Module implements GraphConv {
  private final int outChannels;
  private final Options options;
  private final EdgeNorm norm;
  private final Linear lin;
  private final Tensor attSrc;
  private final Tensor attDst;
  private final Tensor bias;
  private final Dropout dropout;

  /**
   * The options of the convolution.
   *
   * @param heads attention heads, at least 1
   * @param concat whether the results of the heads are concatenated; otherwise they are averaged
   * @param negativeSlope of the leaky ReLU of attention scores
   * @param dropout dropout probability of an edge in training
   * @param addSelfLoops whether every node attends to itself
   * @param bias whether there is a bias
   */
  public record Options(
      int heads,
      boolean concat,
      double negativeSlope,
      double dropout,
      boolean addSelfLoops,
      boolean bias) {
    /** Checks the number of heads. */
    public Options {
      if (heads < 1) {
        throw new IllegalArgumentException("heads of GATConv must be 1 or more, got " + heads);
      }
    }

    /** PyTorch Geometric's defaults: one head. */
    public static Options defaults() {
      return new Options(1, true, 0.2, 0, true, true);
    }

    /** With another number of heads. */
    public Options withHeads(int number) {
      return new Options(number, concat, negativeSlope, dropout, addSelfLoops, bias);
    }

    /** With the mean of the heads. */
    public Options withoutConcat() {
      return new Options(heads, false, negativeSlope, dropout, addSelfLoops, bias);
    }

    /** With another slope for scores below 0. */
    public Options withNegativeSlope(double slope) {
      return new Options(heads, concat, slope, dropout, addSelfLoops, bias);
    }

    /** With dropout of edges. */
    public Options withDropout(double p) {
      return new Options(heads, concat, negativeSlope, p, addSelfLoops, bias);
    }

    /** With the graph's own edges. */
    public Options withoutSelfLoops() {
      return new Options(heads, concat, negativeSlope, dropout, false, bias);
    }

    /** Without a bias. */
    public Options withoutBias() {
      return new Options(heads, concat, negativeSlope, dropout, addSelfLoops, false);
    }
  }

  /** A convolution with PyTorch Geometric's defaults and initial values. */
  public GATConv(int inChannels, int outChannels, Initializer initializer) {
    this(inChannels, outChannels, Options.defaults(), initializer);
  }

  /**
   * A convolution with PyTorch Geometric's initial values.
   *
   * @param outChannels of each head
   */
  public GATConv(int inChannels, int outChannels, Options options, Initializer initializer) {
    int heads = options.heads();
    this.outChannels = outChannels;
    this.options = options;
    this.norm = options.addSelfLoops() ? new EdgeNorm.SelfLoops() : new EdgeNorm.Own();
    double bound = Math.sqrt(6.0 / (heads + outChannels));
    this.attSrc = parameter("att_src", initializer.uniform(bound, 1, heads, outChannels));
    this.attDst = parameter("att_dst", initializer.uniform(bound, 1, heads, outChannels));
    this.bias =
        options.bias()
            ? parameter(
                "bias", initializer.constant(0, (options.concat() ? heads : 1) * outChannels))
            : null;
    this.lin = child("lin", Linear.glorot(inChannels, heads * outChannels, initializer));
    this.dropout = child("dropout", new Dropout(options.dropout(), Philox.of(0)));
  }

  @Override
  public Tensor forward(NodeFeatures x, Graph graph) {
    Csr edges = graph.edges(norm).edges();
    Tensor sent = x.project(lin.weight()); // (nodes, heads * outChannels)
    Tensor scores =
        Aggregation.edgeScores(
            edges,
            HeadScores.of(sent, attDst),
            HeadScores.of(sent, attSrc),
            options.negativeSlope());
    Tensor shares = dropout.forward(Aggregation.edgeSoftmax(edges, scores)); // (edges, heads)
    Tensor received = Aggregation.sum(edges, sent, shares);
    Tensor out =
        options.concat() ? received : received.reshape(-1, options.heads(), outChannels).mean(1);
    return bias == null ? out : out.add(bias);
  }
}
