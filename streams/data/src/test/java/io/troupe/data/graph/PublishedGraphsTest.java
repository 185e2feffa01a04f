package io.troupe.data.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.data.dataset.SharedData;
import io.troupe.protocols.graph.GraphDataset;
import io.troupe.protocols.graph.NodeDataset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The loaded graphs have the published sizes. */
class PublishedGraphsTest {
  @Test
  void cora() {
    NodeDataset cora = NodeGraphFile.read(SharedData.require("cora/cora.safetensors"));
    assertThat(cora.edges().numNodes()).isEqualTo(2708);
    assertThat(cora.edges().numEdges()).isEqualTo(10556);
    assertThat(cora.features().numColumns()).isEqualTo(1433);
    assertThat(cora.features().values()).hasSize(49216);
    assertThat(cora.numClasses()).isEqualTo(7);
    assertThat(cora.train()).hasSize(140);
    assertThat(cora.validation()).hasSize(500);
    assertThat(cora.test()).hasSize(1000);
  }

  @Test
  void mutag() {
    GraphDataset mutag = GraphListFile.read(SharedData.require("mutag/MUTAG.txt"));
    assertThat(mutag.graphs()).hasSize(188);
    assertThat(mutag.numTags()).isEqualTo(7);
    assertThat(mutag.graphs().stream().filter(graph -> graph.label() == 1)).hasSize(125);
    assertThat(mutag.graphs().stream().mapToInt(graph -> graph.tags().length).sum())
        .isEqualTo(3371);
    assertThat(
            mutag.graphs().stream()
                .allMatch(graph -> Arrays.stream(graph.tags()).allMatch(tag -> tag >= 0)))
        .isTrue();
  }
}
