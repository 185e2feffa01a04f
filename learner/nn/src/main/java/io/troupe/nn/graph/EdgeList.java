package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import java.util.Arrays;

/** A list of edges under construction, sorted by target. */
final class EdgeList {
  private final int numNodes;
  private final int[] sources;
  private final int[] targets;
  private final double[] weights;
  private int size;

  private EdgeList(int numNodes, int most) {
    this.numNodes = numNodes;
    this.sources = new int[most];
    this.targets = new int[most];
    this.weights = new double[most];
  }

  private void add(int source, int target, double weight) {
    sources[size] = source;
    targets[size] = target;
    weights[size++] = weight;
  }

  /** The edges of a graph. */
  static EdgeList of(Graph graph) {
    return of(graph, true);
  }

  /** The edges of a graph, without its loops. */
  static EdgeList withoutLoops(Graph graph) {
    return of(graph, false);
  }

  private static EdgeList of(Graph graph, boolean keepLoops) {
    EdgeList list = new EdgeList(graph.numNodes(), graph.numEdges());
    Csr edges = graph.edges();
    for (int target = 0; target < list.numNodes; target++) {
      for (int e = edges.offsets()[target]; e < edges.offsets()[target + 1]; e++) {
        int source = edges.columns()[e];
        if (keepLoops || source != target) {
          list.add(source, target, graph.weight(e));
        }
      }
    }
    return list;
  }

  /** The weight of the last loop of every node, and {@code fill} where there is none. */
  static double[] loops(Graph graph, double fill) {
    double[] loops = filled(graph.numNodes(), fill);
    EdgeList list = of(graph);
    for (int e = 0; e < list.size; e++) {
      if (list.sources[e] == list.targets[e]) {
        loops[list.targets[e]] = list.weights[e];
      }
    }
    return loops;
  }

  /** The same number for every node. */
  static double[] filled(int numNodes, double value) {
    double[] filled = new double[numNodes];
    Arrays.fill(filled, value);
    return filled;
  }

  /** These edges, with a loop of the given weight after the edges of each node. */
  EdgeList with(double[] loops) {
    EdgeList with = new EdgeList(numNodes, size + numNodes);
    int next = 0;
    for (int target = 0; target < numNodes; target++) {
      for (; next < size && targets[next] == target; next++) {
        with.add(sources[next], target, weights[next]);
      }
      with.add(target, target, loops[target]);
    }
    return with;
  }

  /** The sum of the weights of the incoming edges of each node. */
  double[] received() {
    double[] sums = new double[numNodes];
    for (int e = 0; e < size; e++) {
      sums[targets[e]] += weights[e];
    }
    return sums;
  }

  /** The sum of the weights of the outgoing edges of each node. */
  double[] sent() {
    double[] sums = new double[numNodes];
    for (int e = 0; e < size; e++) {
      sums[sources[e]] += weights[e];
    }
    return sums;
  }

  /** Multiplies every weight by a factor of its source and a factor of its target. */
  EdgeList scale(double[] ofSource, double[] ofTarget) {
    for (int e = 0; e < size; e++) {
      weights[e] *= ofSource[sources[e]] * ofTarget[targets[e]];
    }
    return this;
  }

  /** Multiplies every weight by a number. */
  EdgeList scale(double factor) {
    for (int e = 0; e < size; e++) {
      weights[e] *= factor;
    }
    return this;
  }

  /** Adds a number to the weight of every loop. */
  EdgeList addToLoops(double amount) {
    for (int e = 0; e < size; e++) {
      weights[e] += sources[e] == targets[e] ? amount : 0;
    }
    return this;
  }

  /** The largest weight; 0 if there are no edges. */
  double largest() {
    return Arrays.stream(weights, 0, size).max().orElse(0);
  }

  /** The current edges. */
  WeightedEdges build() {
    Csr csr =
        Csr.of(numNodes, numNodes, Arrays.copyOf(targets, size), Arrays.copyOf(sources, size));
    return new WeightedEdges(csr, Arrays.copyOf(weights, size));
  }
}
