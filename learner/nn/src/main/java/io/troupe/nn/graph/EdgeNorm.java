package io.troupe.nn.graph;

import java.util.Arrays;

/** The preparation of the edges of a graph for a convolution. */
sealed interface EdgeNorm {
  /** The edges to use, with their weights. */
  WeightedEdges of(Graph graph);

  /** The edges with their own weights. */
  record Own() implements EdgeNorm {
    @Override
    public WeightedEdges of(Graph graph) {
      return EdgeList.of(graph).build();
    }
  }

  /** Every node has exactly one loop. */
  record SelfLoops() implements EdgeNorm {
    @Override
    public WeightedEdges of(Graph graph) {
      return EdgeList.withoutLoops(graph).with(EdgeList.filled(graph.numNodes(), 1)).build();
    }
  }

  /**
   * The symmetric normalization of graph convolutions (arXiv:1609.02907, section 2): each weight is
   * divided by the square root of the product of the degrees of both ends.
   *
   * @param addSelfLoops whether loops are added; of existing loops, the last one is kept
   * @param loopWeight the weight of an added loop in a weighted graph; 1 in other graphs
   */
  record Symmetric(boolean addSelfLoops, double loopWeight) implements EdgeNorm {
    @Override
    public WeightedEdges of(Graph graph) {
      EdgeList edges =
          addSelfLoops
              ? EdgeList.withoutLoops(graph)
                  .with(EdgeList.loops(graph, graph.isWeighted() ? loopWeight : 1))
              : EdgeList.of(graph);
      double[] factors = powers(edges.received(), -0.5);
      return edges.scale(factors, factors).build();
    }
  }

  /**
   * The Laplacian, scaled to have its eigenvalues in [-1, 1] (arXiv:1606.09375, section 2.1).
   *
   * @param normalization of the Laplacian
   * @param lambdaMax the largest eigenvalue before scaling; NaN for an upper bound, twice the
   *     largest element
   */
  record ScaledLaplacian(ChebConv.Normalization normalization, double lambdaMax)
      implements EdgeNorm {
    @Override
    public WeightedEdges of(Graph graph) {
      EdgeList adjacency = EdgeList.withoutLoops(graph);
      double[] degrees = adjacency.sent();
      double[] ones = EdgeList.filled(graph.numNodes(), 1);
      EdgeList laplacian =
          switch (normalization) {
            case NONE -> adjacency.scale(-1).with(degrees);
            case SYM -> {
              double[] factors = powers(degrees, -0.5);
              yield adjacency.scale(factors, factors).scale(-1).with(ones);
            }
            case RW -> adjacency.scale(powers(degrees, -1), ones).scale(-1).with(ones);
          };
      double largest = Double.isNaN(lambdaMax) ? 2 * laplacian.largest() : lambdaMax;
      return laplacian.scale(largest == 0 ? 0 : 2 / largest).addToLoops(-1).build();
    }
  }

  /** Powers; 0 where they are infinite. */
  private static double[] powers(double[] values, double exponent) {
    return Arrays.stream(values).map(value -> value == 0 ? 0 : Math.pow(value, exponent)).toArray();
  }
}
