package io.troupe.nn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static void inScope(Runnable body) {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("graph")) {
      body.run();
    }
  }

  @Test
  void edgesAreSortedByTargetAndKeepTheirWeights() {
    Graph graph =
        Graph.of(3, new int[] {0, 1, 2, 0}, new int[] {2, 0, 2, 0}, new double[] {1, 2, 3, 4});
    assertThat(graph.edges().offsets()).containsExactly(0, 2, 2, 4);
    assertThat(graph.edges().columns()).containsExactly(1, 0, 0, 2);
    assertThat(graph.edges().positions()).isNull();
    double[] weights = {graph.weight(0), graph.weight(1), graph.weight(2), graph.weight(3)};
    assertThat(weights).containsExactly(2, 4, 1, 3);
    assertThat(graph).hasToString("3 nodes, 4 edges");
  }

  @Test
  void errorNamesEdgeToAMissingNode() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Graph.of(2708, new int[] {0, 3}, new int[] {1, 2708}))
        .withMessage("edge 1 must connect nodes in [0, 2708), got 3 to 2708");
    inScope(
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> Graph.of(2, Tensor.of(new int[] {0, 1, -1, 0}, 2, 2)))
                .withMessage("edge 0 must connect nodes in [0, 2), got 0 to -1"));
  }

  @Test
  void edgeIndexOfAnotherShapeOrTypeIsRejected() {
    inScope(
        () -> {
          assertThatThrownBy(() -> Graph.of(2, Tensor.of(new int[] {0, 1, 1}, 3, 1)))
              .isInstanceOf(ShapeException.class)
              .hasMessageContainingAll(
                  "edge_index must be integers (2, edges), ", "got INT32 (3, 1)");
          assertThatThrownBy(() -> Graph.of(2, Tensor.zeros(2, 1)))
              .isInstanceOf(ShapeException.class)
              .hasMessageContaining("FLOAT32 (2, 1)");
        });
  }

  @Test
  void int64EdgeIndexIsAccepted() {
    inScope(
        () ->
            assertThat(Graph.of(2, Tensor.of(new long[] {0, 1, 1, 0}, 2, 2)).edges().columns())
                .containsExactly(1, 0));
  }

  @Test
  void batchHasNoEdgesBetweenGraphs() {
    Graph first = Graph.of(2, new int[] {0, 1}, new int[] {1, 0});
    Graph second = Graph.of(3, new int[] {2, 0}, new int[] {0, 2}, new double[] {5, 6});
    GraphBatch batch = GraphBatch.of(List.of(first, second));
    assertThat(batch.numGraphs()).isEqualTo(2);
    assertThat(batch.graph()).hasToString("5 nodes, 4 edges");
    assertThat(batch.graph().edges().offsets()).containsExactly(0, 1, 2, 3, 3, 4);
    assertThat(batch.graph().edges().columns()).containsExactly(1, 0, 4, 2);
    assertThat(batch.graph().weight(1)).isEqualTo(1);
    assertThat(batch.graph().weight(3)).isEqualTo(6);
    assertThat(batch.members().offsets()).containsExactly(0, 2, 5);
  }

  @Test
  void errorNamesNodeOfAMissingGraph() {
    Graph graph = Graph.of(2, new int[0], new int[0]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphBatch.of(graph, new int[] {0, 2}, 2))
        .withMessage("the graph of node 1 must be in [0, 2), got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GraphBatch.of(graph, new int[] {0}, 2))
        .withMessage("batch must have one graph index for each of 2 nodes, got 1");
  }

  @Test
  void normalizedEdgesAreComputedOnce() {
    Graph graph = Graph.of(2, new int[] {0}, new int[] {1});
    WeightedEdges edges = graph.edges(new EdgeNorm.Symmetric(true, 1));
    assertThat(graph.edges(new EdgeNorm.Symmetric(true, 1))).isSameAs(edges);
    assertThat(graph.edges(new EdgeNorm.SelfLoops())).isNotSameAs(edges);
  }
}
