package io.troupe.data.graph;

import io.troupe.data.DataFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StoredTensor;
import io.troupe.protocols.graph.EdgeIndex;
import io.troupe.protocols.graph.NodeDataset;
import io.troupe.protocols.graph.SparseRows;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A safetensors file with one graph, under PyTorch Geometric's names.
 *
 * <ul>
 *   <li>{@code edge_index} (2, edges), whole numbers: source and target of each edge
 *   <li>{@code x} (nodes, features); or, for sparse features, {@code x_row} and {@code x_col}
 *       (indices), {@code x_value} (numbers; default: all 1) and {@code num_nodes_features} (2)
 *   <li>{@code y} (nodes), whole numbers: the class of each node
 *   <li>{@code train_mask}, {@code val_mask} and {@code test_mask} (nodes): 1 for the nodes of each
 *       part
 * </ul>
 */
public final class NodeGraphFile {
  private static final int MOST_CLASSES = 1 << 16;

  private final Path path;
  private final SafetensorsFile file;

  private NodeGraphFile(Path path, SafetensorsFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Returns whether a file has a tensor {@code edge_index}.
   *
   * @throws DataFormatException if it is not a safetensors file
   */
  public static boolean isAt(Path path) {
    return GraphTensors.has(path, "edge_index"::equals);
  }

  /**
   * Reads a graph.
   *
   * @throws DataFormatException if the file is damaged, a tensor is missing or has the wrong shape,
   *     or an edge or label is out of range
   */
  public static NodeDataset read(Path path) {
    return GraphTensors.read(path, file -> new NodeGraphFile(path, file).read());
  }

  private NodeDataset read() {
    SparseRows features = features();
    int[] labels = ofNodes("y", features.numRows());
    int numClasses = 1 + Arrays.stream(labels).max().orElse(-1);
    if (numClasses > MOST_CLASSES) {
      throw new DataFormatException(
          "%s: classes in y must be below %d, got %d"
              .formatted(path, MOST_CLASSES, numClasses - 1));
    }
    return new NodeDataset(
        edges(features.numRows()),
        features,
        labels,
        numClasses,
        masked("train_mask", features.numRows()),
        masked("val_mask", features.numRows()),
        masked("test_mask", features.numRows()));
  }

  private StoredTensor require(String name) {
    StoredTensor stored = file.tensors().get(name);
    if (stored == null) {
      throw new DataFormatException(
          "%s must contain tensor %s, got only %s".formatted(path, name, file.tensors().keySet()));
    }
    return stored;
  }

  private EdgeIndex edges(int numNodes) {
    StoredTensor stored = require("edge_index");
    if (stored.shape().rank() != 2 || stored.shape().size(0) != 2) {
      throw new DataFormatException(
          "%s: edge_index must be (2, edges), the source and the target of each edge, got %s"
              .formatted(path, stored.shape()));
    }
    int[] ends = file.ints("edge_index");
    int numEdges = ends.length / 2;
    return new EdgeIndex(
        numNodes, Arrays.copyOf(ends, numEdges), Arrays.copyOfRange(ends, numEdges, ends.length));
  }

  private SparseRows features() {
    return file.tensors().containsKey("x") ? denseFeatures() : sparseFeatures();
  }

  private SparseRows denseFeatures() {
    StoredTensor stored = require("x");
    if (stored.shape().rank() != 2) {
      throw new DataFormatException(
          "%s: x must be (nodes, features), got %s".formatted(path, stored.shape()));
    }
    return DenseRows.of(file.floats("x"), stored.shape().size(0), stored.shape().size(1));
  }

  private SparseRows sparseFeatures() {
    require("num_nodes_features");
    int[] sizes = file.ints("num_nodes_features");
    if (sizes.length != 2 || sizes[0] < 1 || sizes[1] < 1) {
      throw new DataFormatException(
          "%s: num_nodes_features must be the number of nodes and that of features, got %s"
              .formatted(path, Arrays.toString(sizes)));
    }
    require("x_row");
    require("x_col");
    int[] rows = file.ints("x_row");
    float[] ones = new float[rows.length];
    Arrays.fill(ones, 1);
    float[] values = file.tensors().containsKey("x_value") ? file.floats("x_value") : ones;
    return new SparseRows(sizes[0], sizes[1], rows, file.ints("x_col"), values);
  }

  private int[] ofNodes(String name, int numNodes) {
    StoredTensor stored = require(name);
    if (stored.shape().rank() != 1 || stored.shape().size(0) != numNodes) {
      throw new DataFormatException(
          "%s: %s must have one entry for each of the %d nodes, got %s"
              .formatted(path, name, numNodes, stored.shape()));
    }
    return file.ints(name);
  }

  private int[] masked(String name, int numNodes) {
    int[] mask = ofNodes(name, numNodes);
    int[] nodes = IntStream.range(0, numNodes).filter(node -> mask[node] != 0).toArray();
    if (nodes.length == 0) {
      throw new DataFormatException(
          "%s: %s must contain at least one node, got none".formatted(path, name));
    }
    return nodes;
  }
}
