package io.troupe.protocols.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.troupe.protocols.graph.GraphDataset.LabelledGraph;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphDataTest {
  private static final EdgeIndex PAIR = new EdgeIndex(2, new int[] {0}, new int[] {1});

  @Test
  void rowsAreDividedByTheirSums() {
    SparseRows rows =
        new SparseRows(3, 4, new int[] {0, 0, 1}, new int[] {0, 3, 2}, new float[] {1, 3, 0.25f});
    // a sum below 1 stays
    assertThat(rows.normalized().values()).containsExactly(0.25f, 0.75f, 0.25f);
  }

  @Test
  void edgesEndAtNodesThatAreThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EdgeIndex(2, new int[] {0, 1}, new int[] {1, 2}))
        .withMessage("edge 1 goes from node 1 to node 2, but there are 2 nodes, numbered from 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EdgeIndex(2, new int[] {0, 1}, new int[] {1}))
        .withMessage("2 sources and 1 targets: every edge has one of each");
  }

  @Test
  void labelsAndFeaturesFitTheNodes() {
    SparseRows features = new SparseRows(2, 1, new int[0], new int[0], new float[0]);
    int[] some = {0};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NodeDataset(PAIR, features, new int[] {0, 2}, 2, some, some, some))
        .withMessage("label 2 of node 1 is not one of the 2 classes, 0 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NodeDataset(PAIR, features, new int[] {0}, 2, some, some, some))
        .withMessageContaining("2 nodes with 2 rows of features and 1 labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SparseRows(2, 1, new int[] {1}, new int[] {1}, new float[1]))
        .withMessage("feature 1 of node 1 is outside of 2 nodes with 1 features");
  }

  @Test
  void tagsAndLabelsOfGraphsAreInRange() {
    LabelledGraph graph = new LabelledGraph(PAIR, new int[] {0, 3}, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphDataset(List.of(graph), 3, 2))
        .withMessage("tag 3 of graph 0 is not one of 0 to 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphDataset(List.of(graph), 4, 1))
        .withMessage("label 1 of graph 0 is not one of 0 to 0");
    LabelledGraph untagged = new LabelledGraph(PAIR, new int[] {0}, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphDataset(List.of(untagged), 4, 2))
        .withMessage("graph 0 has 2 nodes, but 1 tags");
  }
}
