package io.troupe.data.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.TensorToWrite;
import io.troupe.protocols.graph.NodeDataset;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeGraphFileTest {
  @TempDir Path folder;

  /** A path of three nodes with two features each; those of the last node are 0. */
  private static Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("edge_index", Tensor.of(new long[] {0, 1, 1, 2, 1, 0, 2, 1}, 2, 4));
    tensors.put("num_nodes_features", Tensor.of(new long[] {3, 2}, 2));
    tensors.put("x_row", Tensor.of(new int[] {0, 0, 1}, 3));
    tensors.put("x_col", Tensor.of(new int[] {0, 1, 1}, 3));
    tensors.put("y", Tensor.of(new long[] {0, 2, 1}, 3));
    tensors.put("train_mask", Tensor.of(new int[] {1, 0, 0}, 3));
    tensors.put("val_mask", Tensor.of(new int[] {0, 1, 0}, 3));
    tensors.put("test_mask", Tensor.of(new int[] {0, 0, 1}, 3));
    return tensors;
  }

  private NodeDataset read(Consumer<Map<String, Tensor>> change) {
    Path file = folder.resolve("graph.safetensors");
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("write")) {
      Map<String, Tensor> tensors = tensors();
      change.accept(tensors);
      SafetensorsWriter.write(
          file,
          tensors.entrySet().stream()
              .map(entry -> TensorToWrite.of(entry.getKey(), entry.getValue()))
              .toList(),
          Map.of());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return NodeGraphFile.read(file);
  }

  private void assertRejected(String name, Tensor tensor, String message) {
    assertThatThrownBy(
            () ->
                read(
                    tensors -> {
                      if (tensor == null) {
                        tensors.remove(name);
                      } else {
                        tensors.put(name, tensor);
                      }
                    }))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("graph.safetensors")
        .hasMessageContaining(message);
  }

  @Test
  void readsSparseFeatures() {
    NodeDataset data = read(_ -> {});
    assertThat(data.edges().numNodes()).isEqualTo(3);
    assertThat(data.edges().targets()).containsExactly(1, 0, 2, 1);
    assertThat(data.numClasses()).isEqualTo(3);
    assertThat(data.train()).containsExactly(0);
    assertThat(data.test()).containsExactly(2);
    assertThat(data.features().values()).containsExactly(1, 1, 1);
    assertThat(data.withNormalizedFeatures().features().values()).containsExactly(0.5f, 0.5f, 1);
  }

  @Test
  void readsDenseFeatures() {
    NodeDataset data =
        read(tensors -> tensors.put("x", Tensor.of(new float[] {0, 2, 0, 0, -1, 3}, 3, 2)));
    assertThat(data.features().rows()).containsExactly(0, 2, 2);
    assertThat(data.features().columns()).containsExactly(1, 0, 1);
    assertThat(data.features().values()).containsExactly(2, -1, 3);
  }

  @Test
  void invalidTensorsAreRejected() {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("damaged")) {
      assertRejected(
          "edge_index",
          Tensor.of(new int[] {0, 3, 1, 0}, 2, 2),
          "edge 1 must connect nodes in [0, 3), got 3 to 0");
      assertRejected(
          "edge_index",
          Tensor.of(new int[4], 4),
          "edge_index must be (2, edges), the source and the target of each edge, got (4)");
      assertRejected("edge_index", null, "must contain tensor edge_index, got only [");
      assertRejected("x_col", Tensor.of(new int[] {0, 2, 1}, 3), "must be inside the 3 x 2 matrix");
      assertRejected("x_row", Tensor.of(new int[] {0, 0}, 2), "got 2 rows and 3 columns");
      assertRejected("x", Tensor.zeros(3), "x must be (nodes, features), got (3)");
      assertRejected("y", Tensor.of(new int[] {0, -1, 1}, 3), "label of node 1 must be in [0, ");
      assertRejected(
          "y",
          Tensor.of(new int[] {0, 1}, 2),
          "y must have one entry for each of the 3 nodes, got (2)");
      assertRejected(
          "y",
          Tensor.of(new int[] {0, 1 << 20, 0}, 3),
          "classes in y must be below 65536, got 1048576");
      assertRejected("y", Tensor.zeros(3), "y must be I64, I32, U8 or BOOL, got F32");
      assertRejected(
          "val_mask",
          Tensor.of(new int[3], 3),
          "val_mask must contain at least one node, got none");
      assertRejected(
          "num_nodes_features",
          Tensor.of(new int[] {3}, 1),
          "must be the number of nodes and that of features, got [3]");
    }
  }

  @Test
  void onlyFilesWithEdgesAreGraphs() throws IOException {
    read(_ -> {});
    assertThat(NodeGraphFile.isAt(folder.resolve("graph.safetensors"))).isTrue();
    Path text = Files.writeString(folder.resolve("graphs.txt"), "1");
    assertThat(NodeGraphFile.isAt(text)).isFalse();
    Path damaged = Files.writeString(folder.resolve("damaged.safetensors"), "{}");
    assertThatThrownBy(() -> NodeGraphFile.isAt(damaged)).isInstanceOf(DataFormatException.class);
  }
}
