package io.troupe.data.graph;

import io.troupe.data.DataFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StoredTensor;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.protocols.graph.SparseRows;
import io.troupe.protocols.graph.TypedEdges;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A safetensors file with one graph that has several types of nodes and edges. TYPE is a type of
 * nodes, and an edge type is SOURCE__RELATION__TARGET as in PyTorch Geometric.
 *
 * <ul>
 *   <li>{@code x.TYPE} (nodes, features); or {@code num_nodes.TYPE} (1) for nodes without features,
 *       which have one that is 1
 *   <li>{@code edge_index.SOURCE__RELATION__TARGET} (2, edges), whole numbers: source and target of
 *       each edge
 *   <li>{@code y.TYPE} (nodes), whole numbers: the class of each node of one type, -1 for none
 *   <li>{@code train_mask.TYPE}, {@code val_mask.TYPE} and {@code test_mask.TYPE} (nodes) of this
 *       type: 1 for the nodes of each part
 * </ul>
 */
public final class HeteroGraphFile {
  private static final String EDGE_INDEX = "edge_index.";
  private static final int MOST_NODES = 1 << 26;
  private static final int MOST_CLASSES = 1 << 16;
  private static final int NUM_PARTS = 3;

  private final Path path;
  private final SafetensorsFile file;

  private HeteroGraphFile(Path path, SafetensorsFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Returns whether a file has edges of a type.
   *
   * @throws DataFormatException if it is not a safetensors file
   */
  public static boolean isAt(Path path) {
    return GraphTensors.has(path, name -> name.startsWith(EDGE_INDEX));
  }

  /**
   * Reads a graph.
   *
   * @throws DataFormatException if the file is damaged, a tensor is missing or has the wrong shape,
   *     or a type, an edge or a label is out of range
   */
  public static HeteroDataset read(Path path) {
    return GraphTensors.read(path, file -> new HeteroGraphFile(path, file).read());
  }

  private HeteroDataset read() {
    Map<String, SparseRows> features = new LinkedHashMap<>();
    List<TypedEdges> edges = new ArrayList<>();
    List<String> labeled = new ArrayList<>();
    for (String name : file.tensors().keySet()) {
      if (name.startsWith("x.")) {
        features.put(name.substring(2), dense(name));
      } else if (name.startsWith("num_nodes.")) {
        features.putIfAbsent(name.substring(name.indexOf('.') + 1), constant(name));
      } else if (name.startsWith(EDGE_INDEX)) {
        edges.add(edges(name));
      } else if (name.startsWith("y.")) {
        labeled.add(name.substring(2));
      }
    }
    if (labeled.size() != 1) {
      throw new DataFormatException(
          "%s must contain one tensor y.TYPE, the classes of one type of nodes, got %d"
              .formatted(path, labeled.size()));
    }
    String target = labeled.getFirst();
    int[] labels = file.ints("y." + target);
    int numClasses = 1 + Arrays.stream(labels).max().orElse(-1);
    if (numClasses > MOST_CLASSES) {
      throw new DataFormatException(
          "%s: classes in y.%s must be below %d, got %d"
              .formatted(path, target, MOST_CLASSES, numClasses - 1));
    }
    return new HeteroDataset(
        features,
        edges,
        target,
        labels,
        numClasses,
        masked("train_mask." + target, labels.length),
        masked("val_mask." + target, labels.length),
        masked("test_mask." + target, labels.length));
  }

  private SparseRows dense(String name) {
    StoredTensor stored = file.tensors().get(name);
    if (stored.shape().rank() != 2) {
      throw new DataFormatException(
          "%s: %s must be (nodes, features), got %s".formatted(path, name, stored.shape()));
    }
    return DenseRows.of(file.floats(name), stored.shape().size(0), stored.shape().size(1));
  }

  private SparseRows constant(String name) {
    int[] count = file.ints(name);
    if (count.length != 1 || count[0] < 1 || count[0] > MOST_NODES) {
      throw new DataFormatException(
          "%s: %s must be one number of nodes in [1, %d], got %s"
              .formatted(path, name, MOST_NODES, Arrays.toString(count)));
    }
    return ConstantFeature.of(count[0]);
  }

  private TypedEdges edges(String name) {
    String[] types = name.substring(EDGE_INDEX.length()).split("__", -1);
    StoredTensor stored = file.tensors().get(name);
    if (types.length != NUM_PARTS || stored.shape().rank() != 2 || stored.shape().size(0) != 2) {
      throw new DataFormatException(
          "%s: edges must be a tensor edge_index.SOURCE__RELATION__TARGET (2, edges), got %s %s"
              .formatted(path, name, stored.shape()));
    }
    int[] ends = file.ints(name);
    int count = ends.length / 2;
    return new TypedEdges(
        types[0],
        types[1],
        types[2],
        Arrays.copyOf(ends, count),
        Arrays.copyOfRange(ends, count, ends.length));
  }

  private int[] masked(String name, int numNodes) {
    StoredTensor stored = file.tensors().get(name);
    if (stored == null || stored.shape().rank() != 1 || stored.shape().size(0) != numNodes) {
      throw new DataFormatException(
          "%s must contain a tensor %s (%d), one number for each node, got %s"
              .formatted(path, name, numNodes, stored == null ? "none" : stored.shape()));
    }
    int[] mask = file.ints(name);
    int[] nodes = IntStream.range(0, numNodes).filter(node -> mask[node] != 0).toArray();
    if (nodes.length == 0) {
      throw new DataFormatException(
          "%s: %s must contain at least one node, got none".formatted(path, name));
    }
    return nodes;
  }
}
