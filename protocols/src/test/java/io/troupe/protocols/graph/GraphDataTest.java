package io.troupe.protocols.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.troupe.protocols.graph.GraphDataset.LabeledGraph;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphDataTest {
  private static final EdgeIndex PAIR = new EdgeIndex(2, new int[] {0}, new int[] {1});

  @Test
  void rowsAreNormalizedBySum() {
    SparseRows rows =
        new SparseRows(3, 4, new int[] {0, 0, 1}, new int[] {0, 3, 2}, new float[] {1, 3, 0.25f});
    // rows with a sum below 1 are not changed
    assertThat(rows.normalized().values()).containsExactly(0.25f, 0.75f, 0.25f);
  }

  @Test
  void edgesMustConnectExistingNodes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EdgeIndex(2, new int[] {0, 1}, new int[] {1, 2}))
        .withMessage("edge 1 must connect nodes in [0, 2), got 1 to 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EdgeIndex(2, new int[] {0, 1}, new int[] {1}))
        .withMessage("edges must have as many targets as sources, got 2 sources and 1 targets");
  }

  @Test
  void labelsAndFeaturesMustMatchTheNodes() {
    SparseRows features = new SparseRows(2, 1, new int[0], new int[0], new float[0]);
    int[] some = {0};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NodeDataset(PAIR, features, new int[] {0, 2}, 2, some, some, some))
        .withMessage("label of node 1 must be in [0, 2), got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NodeDataset(PAIR, features, new int[] {0}, 2, some, some, some))
        .withMessageContaining("a label for each of its 2 nodes, got 2 and 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SparseRows(2, 1, new int[] {1}, new int[] {1}, new float[1]))
        .withMessage("entry 0 must be inside the 2 x 1 matrix, got row 1, column 1");
  }

  @Test
  void nodesOutsideTheSetsMayHaveNoClass() {
    SparseRows features = new SparseRows(2, 1, new int[0], new int[0], new float[0]);
    int[] first = {0};
    int[] second = {1};
    int[] labels = {0, -1};
    assertThat(new NodeDataset(PAIR, features, labels, 2, first, first, first).labels()[1])
        .isEqualTo(-1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NodeDataset(PAIR, features, labels, 2, first, first, second))
        .withMessage("label of node 1 must be in [0, 2), got -1");
  }

  @Test
  void tagsAndGraphLabelsMustBeInRange() {
    LabeledGraph graph = new LabeledGraph(PAIR, new int[] {0, 3}, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphDataset(List.of(graph), 3, 2))
        .withMessage("tag of graph 0 must be in [0, 3), got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphDataset(List.of(graph), 4, 1))
        .withMessage("label of graph 0 must be in [0, 1), got 1");
    LabeledGraph untagged = new LabeledGraph(PAIR, new int[] {0}, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphDataset(List.of(untagged), 4, 2))
        .withMessage("graph 0 must have one tag for each of its 2 nodes, got 1 tags");
  }
}
