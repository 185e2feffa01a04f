package io.troupe.data.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import io.troupe.data.dataset.SharedData;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.TensorToWrite;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.protocols.graph.NodeDataset;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads graphs with several types of nodes. */
class HeteroGraphTest {
  private static final String EDGES =
      "0 1 p-a 1\n1 0 a-p 1\n1 1 p-a 1\n1 1 a-p 1\n2 0 p-s 1\n0 2 s-p 1\n";
  private static final String LABELS = "p0 0\np1 1\np2 1\n";

  @TempDir Path folder;

  private HeteroDataset read(String edges, String labels) {
    try {
      Files.writeString(folder.resolve("edge.txt"), edges);
      Files.writeString(folder.resolve("label.txt"), labels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TypedGraphFolder.read(folder, DatasetConfig.DEFAULTS);
  }

  @Test
  void readsTypedEdgesAndLabels() {
    HeteroDataset data = read(EDGES, LABELS);
    assertThat(data.features().keySet()).containsExactly("p", "a", "s");
    assertThat(data.features().get("p").numRows()).isEqualTo(3);
    // papers have a column for each author and subject
    assertThat(data.features().get("p").numColumns()).isEqualTo(3);
    assertThat(data.features().get("p").columns()).containsExactly(1, 1, 2);
    assertThat(data.features().get("a").numColumns()).isEqualTo(1);
    assertThat(data.edges().getFirst().type()).isEqualTo("p__to__a");
    assertThat(data.edges().getFirst().targets()).containsExactly(1, 1);
    assertThat(data.target()).isEqualTo("p");
    assertThat(data.labels()).containsExactly(0, 1, 1);
    assertThat(data.train().length + data.validation().length + data.test().length).isEqualTo(3);
  }

  @Test
  void withoutTypesTheNodesOfEachTypeFollowThoseOfTheOneBefore() {
    NodeDataset nodes = read(EDGES, LABELS).toHomogeneous();
    assertThat(nodes.edges().numNodes()).isEqualTo(6);
    assertThat(nodes.edges().sources()).containsExactly(0, 1, 4, 4, 2, 5);
    assertThat(nodes.edges().targets()).containsExactly(4, 4, 0, 1, 5, 2);
    assertThat(nodes.features().numColumns()).isEqualTo(5);
    assertThat(nodes.labels()).containsExactly(0, 1, 1, -1, -1, -1);
  }

  private void assertRejected(String edges, String labels, String message) {
    assertThatThrownBy(() -> read(edges, labels))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void unknownTypesAndDamagedLinesAreNamed() {
    assertRejected(
        EDGES,
        "v0 1\n",
        "label.txt, line 1: the line must contain a node, such as p0, and its class; node types"
            + " are p, a, s, got v0 1");
    assertRejected(
        EDGES, "p0 0\na0 1\n", "line 2: labeled nodes must have one type, got a after p");
    assertRejected(
        EDGES + "0 1 pa 1\n",
        LABELS,
        "edge.txt, line 7: the line must contain source, target, a type such as a-p, and weight,"
            + " got 0 1 pa 1");
    assertRejected("-1 0 p-a 1\n", LABELS, "line 1: node of type p must be a whole number in [0, ");
    assertRejected(EDGES, "p0 x\n", "line 1: class must be a whole number in [0, 65536), got x");
  }

  @Test
  void acmHasThePublishedSizes() {
    HeteroDataset acm = TypedGraphFolder.read(SharedData.require("acm"), DatasetConfig.DEFAULTS);
    assertThat(acm.features().get("p").numRows()).isEqualTo(4019);
    assertThat(acm.features().get("a").numRows()).isEqualTo(7167);
    assertThat(acm.features().get("s").numRows()).isEqualTo(60);
    assertThat(acm.numEdges()).isEqualTo(34852);
    assertThat(acm.numClasses()).isEqualTo(3);
  }

  private HeteroDataset readFile(Consumer<Map<String, Tensor>> change) {
    Path file = folder.resolve("graph.safetensors");
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("write")) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("x.paper", Tensor.of(new float[] {1, 0, 0, 2}, 2, 2));
      tensors.put("num_nodes.author", Tensor.of(new long[] {3}, 1));
      tensors.put("edge_index.author__writes__paper", Tensor.of(new long[] {0, 2, 1, 0}, 2, 2));
      tensors.put("y.paper", Tensor.of(new long[] {0, 1}, 2));
      for (String part : new String[] {"train_mask", "val_mask", "test_mask"}) {
        tensors.put(part + ".paper", Tensor.of(new int[] {1, 0}, 2));
      }
      change.accept(tensors);
      SafetensorsWriter.write(
          file,
          tensors.entrySet().stream()
              .map(entry -> TensorToWrite.of(entry.getKey(), entry.getValue()))
              .toList(),
          Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(HeteroGraphFile.isAt(file)).isTrue();
    return HeteroGraphFile.read(file);
  }

  @Test
  void readsSafetensors() {
    HeteroDataset data = readFile(_ -> {});
    assertThat(data.features().get("paper").values()).containsExactly(1, 2);
    assertThat(data.features().get("author").values()).containsExactly(1, 1, 1);
    assertThat(data.edges().getFirst().sources()).containsExactly(0, 2);
    assertThat(data.train()).containsExactly(0);
  }

  @Test
  void safetensorsWithUnknownTypesAreRejected() {
    assertThatThrownBy(
            () ->
                readFile(
                    tensors ->
                        tensors.put(
                            "edge_index.venue__has__paper", Tensor.of(new long[] {0, 0}, 2, 1))))
        .hasMessageContaining("source of edges venue__has__paper must be one of the node types ")
        .hasMessageEndingWith(", got venue");
    assertThatThrownBy(
            () -> readFile(t -> t.put("edge_index.writes", Tensor.of(new long[] {0, 0}, 2, 1))))
        .hasMessageContaining("must be a tensor edge_index.SOURCE__RELATION__TARGET (2, edges)");
    assertThatThrownBy(() -> readFile(t -> t.remove("y.paper")))
        .hasMessageContaining("must contain one tensor y.TYPE");
  }
}
