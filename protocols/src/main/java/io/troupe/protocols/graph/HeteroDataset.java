package io.troupe.protocols.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One graph with several types of nodes and edges; the nodes of one type have classes. The arrays
 * are not copied.
 *
 * @param features one row for each node, by type of nodes
 * @param edges the edges of each type
 * @param target type of the nodes with classes
 * @param labels class of each node of this type; -1 for a node without a class
 * @param numClasses number of classes; labels are numbered from 0
 * @param train nodes of the training set
 * @param validation nodes of the validation set
 * @param test nodes of the test set
 */
public record HeteroDataset(
    Map<String, SparseRows> features,
    List<TypedEdges> edges,
    String target,
    int[] labels,
    int numClasses,
    int[] train,
    int[] validation,
    int[] test) {
  /** Copies the collections; checks types, edges and labels. */
  public HeteroDataset {
    features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
    edges = List.copyOf(edges);
    requireType("type of the labeled nodes", target, features);
    for (TypedEdges ofType : edges) {
      requireType("source of edges " + ofType.type(), ofType.source(), features);
      requireType("target of edges " + ofType.type(), ofType.target(), features);
      requireNodes(ofType, ofType.sources(), features.get(ofType.source()).numRows());
      requireNodes(ofType, ofType.targets(), features.get(ofType.target()).numRows());
    }
    if (labels.length != features.get(target).numRows()) {
      throw new IllegalArgumentException(
          "nodes of type %s must have one label each, got %d labels for %d nodes"
              .formatted(target, labels.length, features.get(target).numRows()));
    }
    for (int[] part : new int[][] {train, validation, test}) {
      for (int node : part) {
        if (node < 0 || node >= labels.length || labels[node] < 0 || labels[node] >= numClasses) {
          throw new IllegalArgumentException(
              "label of node %d of type %s must be in [0, %d), got %d"
                  .formatted(
                      node,
                      target,
                      numClasses,
                      node < 0 || node >= labels.length ? -1 : labels[node]));
        }
      }
    }
  }

  private static void requireType(String what, String type, Map<String, SparseRows> features) {
    if (!features.containsKey(type)) {
      throw new IllegalArgumentException(
          "%s must be one of the node types %s, got %s"
              .formatted(what, String.join(", ", features.keySet()), type));
    }
  }

  private static void requireNodes(TypedEdges edges, int[] nodes, int numNodes) {
    for (int node : nodes) {
      if (node < 0 || node >= numNodes) {
        throw new IllegalArgumentException(
            "edges %s must connect nodes in [0, %d), got %d"
                .formatted(edges.type(), numNodes, node));
      }
    }
  }

  /** The number of edges of all types. */
  public int numEdges() {
    return edges.stream().mapToInt(ofType -> ofType.sources().length).sum();
  }

  /**
   * The same graph without types, as {@code HeteroData.to_homogeneous} of PyTorch Geometric: nodes
   * are numbered type after type, and the features of each type are columns of their own. Nodes
   * without a class have the label -1.
   */
  public NodeDataset toHomogeneous() {
    Map<String, Integer> first = new LinkedHashMap<>();
    int numNodes = 0;
    for (Map.Entry<String, SparseRows> entry : features.entrySet()) {
      first.put(entry.getKey(), numNodes);
      numNodes = Math.addExact(numNodes, entry.getValue().numRows());
    }
    int[] all = new int[numNodes];
    Arrays.fill(all, -1);
    System.arraycopy(labels, 0, all, first.get(target), labels.length);
    return new NodeDataset(
        new EdgeIndex(numNodes, ends(first, true), ends(first, false)),
        blocks(numNodes),
        all,
        numClasses,
        shifted(train, first.get(target)),
        shifted(validation, first.get(target)),
        shifted(test, first.get(target)));
  }

  private int[] ends(Map<String, Integer> first, boolean sources) {
    return edges.stream()
        .flatMapToInt(
            e ->
                sources
                    ? Arrays.stream(shifted(e.sources(), first.get(e.source())))
                    : Arrays.stream(shifted(e.targets(), first.get(e.target()))))
        .toArray();
  }

  private static int[] shifted(int[] nodes, int by) {
    return IntStream.of(nodes).map(node -> node + by).toArray();
  }

  /** The features of all types as the blocks of one matrix. */
  private SparseRows blocks(int numNodes) {
    int numEntries = features.values().stream().mapToInt(rows -> rows.values().length).sum();
    int[] rows = new int[numEntries];
    int[] columns = new int[numEntries];
    float[] values = new float[numEntries];
    int next = 0;
    int firstRow = 0;
    int firstColumn = 0;
    for (SparseRows block : features.values()) {
      for (int i = 0; i < block.values().length; i++) {
        rows[next] = firstRow + block.rows()[i];
        columns[next] = firstColumn + block.columns()[i];
        values[next++] = block.values()[i];
      }
      firstRow += block.numRows();
      firstColumn = Math.addExact(firstColumn, block.numColumns());
    }
    return new SparseRows(numNodes, firstColumn, rows, columns, values);
  }

  /** Returns the dataset with features whose rows sum to 1. */
  public HeteroDataset withNormalizedFeatures() {
    Map<String, SparseRows> normalized = new LinkedHashMap<>();
    features.forEach((type, rows) -> normalized.put(type, rows.normalized()));
    return new HeteroDataset(
        normalized, edges, target, labels, numClasses, train, validation, test);
  }
}
