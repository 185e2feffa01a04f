package io.troupe.nn.graph;

import io.troupe.tensor.Csr;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples neighbors hop by hop, as {@code torch_geometric.loader.NeighborLoader}: at each hop, a
 * limited number of incoming edges of a node is drawn uniformly without replacement.
 *
 * <p>The sample is a function of the generator, the batch and the graph. Thread-safe.
 */
public final class NeighborSampler {
  private final Graph graph;
  private final int[] numNeighbors;
  private final Philox generator;

  /**
   * A sampler.
   *
   * @param numNeighbors edges per node at each hop, the nearest first; -1 for all
   */
  public NeighborSampler(Graph graph, List<Integer> numNeighbors, Philox generator) {
    for (int number : numNeighbors) {
      if (number < -1) {
        throw new IllegalArgumentException(
            "num_neighbors must be numbers of edges, or -1 for all, got " + numNeighbors);
      }
    }
    this.graph = graph;
    this.numNeighbors = numNeighbors.stream().mapToInt(Integer::intValue).toArray();
    this.generator = generator;
  }

  /**
   * Samples the neighborhood of some nodes.
   *
   * @param batch selects the random numbers: the same batch and targets give the same sample
   * @param targets nodes of the graph, none twice
   */
  public NeighborSample sample(long batch, int... targets) {
    List<Csr> hops = new ArrayList<>();
    NodeSet nodes = new NodeSet(targets);
    for (int hop = 0; hop < numNeighbors.length; hop++) {
      hops.add(hop(nodes, numNeighbors[hop], generator.derive(batch).derive(hop)));
    }
    return new NeighborSample(nodes.toArray(), hops);
  }

  private Csr hop(NodeSet nodes, int most, Philox draws) {
    int numReceiving = nodes.size();
    List<int[]> drawn = new ArrayList<>();
    int numDrawn = 0;
    for (int i = 0; i < numReceiving; i++) {
      int[] edges = draw(nodes.get(i), most, draws.derive(i));
      drawn.add(edges);
      numDrawn += edges.length;
    }
    int[] rows = new int[numDrawn];
    int[] columns = new int[numDrawn];
    int next = 0;
    for (int i = 0; i < numReceiving; i++) {
      for (int edge : drawn.get(i)) {
        rows[next] = i;
        columns[next++] = nodes.placeOf(graph.edges().columns()[edge]);
      }
    }
    return Csr.of(numReceiving, nodes.size(), rows, columns);
  }

  /**
   * Incoming edges of a node, in order; sampled by Floyd's algorithm if there are more than
   * allowed.
   */
  private int[] draw(int node, int most, Philox draws) {
    int first = graph.edges().offsets()[node];
    int degree = graph.edges().degree(node);
    int[] edges = new int[most < 0 ? degree : Math.min(most, degree)];
    for (int i = 0; i < edges.length; i++) {
      if (edges.length == degree) {
        edges[i] = first + i;
        continue;
      }
      int last = degree - edges.length + i;
      int picked = first + (int) (draws.uniform(i) * (last + 1));
      boolean isTaken = Arrays.stream(edges, 0, i).anyMatch(edge -> edge == picked);
      edges[i] = isTaken ? first + last : picked;
    }
    Arrays.sort(edges);
    return edges;
  }

  /** Nodes in the order in which they were found. */
  private final class NodeSet {
    private final List<Integer> nodes = new ArrayList<>();
    private final Map<Integer, Integer> places = new HashMap<>();

    NodeSet(int[] targets) {
      for (int target : targets) {
        if (target < 0 || target >= graph.numNodes()) {
          throw new IllegalArgumentException(
              "target must be in [0, " + graph.numNodes() + "), got " + target);
        }
        if (places.containsKey(target)) {
          throw new IllegalArgumentException("targets must be distinct, got " + target + " twice");
        }
        placeOf(target);
      }
    }

    int size() {
      return nodes.size();
    }

    int get(int place) {
      return nodes.get(place);
    }

    /** The index of a node in the sample; a new node is added. */
    int placeOf(int node) {
      Integer place = places.putIfAbsent(node, nodes.size());
      if (place == null) {
        nodes.add(node);
        return nodes.size() - 1;
      }
      return place;
    }

    int[] toArray() {
      return nodes.stream().mapToInt(Integer::intValue).toArray();
    }
  }
}
