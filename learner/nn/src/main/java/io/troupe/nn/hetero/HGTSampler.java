package io.troupe.nn.hetero;

import io.troupe.tensor.Csr;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Samples a subgraph around some nodes (arXiv:2003.01332, algorithms 1 and 2), as {@code
 * torch_geometric.loader.HGTLoader}: in each iteration a number of nodes of every type is drawn, so
 * that a sample has similarly many nodes of each type. A node is drawn with a probability
 * proportional to the square of its budget: the sum, over its edges to nodes drawn before, of one
 * divided by the number of edges of that type to the drawn node.
 *
 * <p>Difference from PyTorch Geometric: all edges to a drawn node count, not at most 520; and nodes
 * are drawn one after the other without replacement (Efraimidis and Spirakis 2006). The sample is a
 * function of the generator and the targets.
 */
public final class HGTSampler {
  private final HeteroGraph graph;
  private final List<Integer> numSamples;
  private final Philox generator;

  /**
   * A sampler.
   *
   * @param numSamples nodes of each type that each iteration draws
   */
  public HGTSampler(HeteroGraph graph, List<Integer> numSamples, Philox generator) {
    for (int number : numSamples) {
      if (number < 0) {
        throw new IllegalArgumentException(
            "num_samples must be numbers of nodes of a type for each iteration, got " + numSamples);
      }
    }
    this.graph = graph;
    this.numSamples = List.copyOf(numSamples);
    this.generator = generator;
  }

  /**
   * Samples the neighborhood of some nodes.
   *
   * @param type of the nodes
   * @param targets nodes of this type, none twice
   */
  public HeteroSample sample(String type, int... targets) {
    Drawn drawn = new Drawn();
    for (int target : targets) {
      if (target < 0 || target >= graph.numNodes(type)) {
        throw new IllegalArgumentException(
            "target must be in [0, %d), got %d".formatted(graph.numNodes(type), target));
      }
      if (!drawn.add(type, target)) {
        throw new IllegalArgumentException("targets must be distinct, got " + target + " twice");
      }
    }
    drawn.spend(type, targets);
    for (int iteration = 0; iteration < numSamples.size(); iteration++) {
      Map<String, int[]> picked = new LinkedHashMap<>();
      List<String> types = graph.metadata().nodeTypes();
      for (int t = 0; t < types.size(); t++) {
        Philox draws = generator.derive(iteration).derive(t);
        picked.put(types.get(t), drawn.pick(types.get(t), numSamples.get(iteration), draws));
      }
      picked.forEach((of, nodes) -> drawn.takeAll(of, nodes));
      picked.forEach(drawn::spend);
    }
    return new HeteroSample(drawn.nodes(), drawn.subgraph());
  }

  /** The nodes drawn so far, and the budgets of their neighbors. */
  private final class Drawn {
    private final Map<String, Map<Integer, Integer>> places = new LinkedHashMap<>();
    private final Map<String, TreeMap<Integer, Double>> budgets = new LinkedHashMap<>();

    Drawn() {
      for (String type : graph.metadata().nodeTypes()) {
        places.put(type, new LinkedHashMap<>());
        budgets.put(type, new TreeMap<>());
      }
    }

    /** Adds a node; false if it was drawn before. */
    boolean add(String type, int node) {
      Map<Integer, Integer> ofType = places.get(type);
      return ofType.putIfAbsent(node, ofType.size()) == null;
    }

    void takeAll(String type, int... nodes) {
      for (int node : nodes) {
        add(type, node);
        budgets.get(type).remove(node);
      }
    }

    /** Adds to the budgets of the sources of edges to some nodes that were just drawn. */
    void spend(String type, int... nodes) {
      for (EdgeType edgeType : graph.metadata().into(type)) {
        Csr edges = graph.edges(edgeType);
        Map<Integer, Integer> drawnSources = places.get(edgeType.source());
        TreeMap<Integer, Double> budget = budgets.get(edgeType.source());
        for (int node : nodes) {
          double share = 1.0 / edges.degree(node);
          for (int e = edges.offsets()[node]; e < edges.offsets()[node + 1]; e++) {
            int source = edges.columns()[e];
            if (!drawnSources.containsKey(source)) {
              budget.merge(source, share, Double::sum);
            }
          }
        }
      }
    }

    /** Draws nodes of a type by their budgets, without replacement. */
    int[] pick(String type, int count, Philox draws) {
      TreeMap<Integer, Double> budget = budgets.get(type);
      Map<Integer, Double> keys = new HashMap<>();
      long next = 0;
      for (Map.Entry<Integer, Double> entry : budget.entrySet()) {
        double weight = entry.getValue() * entry.getValue();
        keys.put(entry.getKey(), -StrictMath.log(1 - draws.uniform(next++)) / weight);
      }
      return budget.keySet().stream()
          .sorted(Comparator.<Integer>comparingDouble(keys::get).thenComparingInt(node -> node))
          .limit(count)
          .mapToInt(Integer::intValue)
          .toArray();
    }

    Map<String, int[]> nodes() {
      Map<String, int[]> nodes = new LinkedHashMap<>();
      places.forEach(
          (type, ofType) ->
              nodes.put(type, ofType.keySet().stream().mapToInt(Integer::intValue).toArray()));
      return nodes;
    }

    /** All edges between drawn nodes. */
    HeteroGraph subgraph() {
      Map<String, Integer> numNodes = new LinkedHashMap<>();
      places.forEach((type, ofType) -> numNodes.put(type, ofType.size()));
      Map<EdgeType, Csr> edges = new LinkedHashMap<>();
      for (EdgeType type : graph.metadata().edgeTypes()) {
        edges.put(type, between(type));
      }
      return new HeteroGraph(numNodes, edges);
    }

    private Csr between(EdgeType type) {
      Csr whole = graph.edges(type);
      Map<Integer, Integer> sources = places.get(type.source());
      List<Integer> rows = new ArrayList<>();
      List<Integer> columns = new ArrayList<>();
      places
          .get(type.target())
          .forEach(
              (node, row) -> {
                for (int e = whole.offsets()[node]; e < whole.offsets()[node + 1]; e++) {
                  Integer column = sources.get(whole.columns()[e]);
                  if (column != null) {
                    rows.add(row);
                    columns.add(column);
                  }
                }
              });
      return Csr.of(
          places.get(type.target()).size(),
          sources.size(),
          rows.stream().mapToInt(Integer::intValue).toArray(),
          columns.stream().mapToInt(Integer::intValue).toArray());
    }
  }
}
