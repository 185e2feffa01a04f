package io.troupe.nn.hetero;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HGTSamplerTest {
  private static final EdgeType WRITES = EdgeType.named("author__writes__paper");
  private static final EdgeType WRITTEN = EdgeType.named("paper__written__author");
  private static final int PAPERS = 40;
  private static final int AUTHORS = 25;

  /** Each paper has one to four authors, and the other way around. */
  private static HeteroGraph graph() {
    Philox draws = Philox.of(4);
    int count = 3 * PAPERS;
    int[] papers = new int[count];
    int[] authors = new int[count];
    for (int i = 0; i < count; i++) {
      papers[i] = i % PAPERS;
      authors[i] = (int) (draws.uniform(i) * AUTHORS);
    }
    Map<String, Integer> nodes = new LinkedHashMap<>();
    nodes.put("paper", PAPERS);
    nodes.put("author", AUTHORS);
    Map<EdgeType, Csr> edges = new LinkedHashMap<>();
    edges.put(WRITES, Csr.of(PAPERS, AUTHORS, papers, authors));
    edges.put(WRITTEN, Csr.of(AUTHORS, PAPERS, authors, papers));
    return new HeteroGraph(nodes, edges);
  }

  @Test
  void sampleHasTheTargetsFirstAndAllEdgesBetweenItsNodes() {
    HeteroGraph graph = graph();
    HeteroSample sample = new HGTSampler(graph, List.of(3, 5), Philox.of(1)).sample("paper", 7, 2);
    int[] papers = sample.nodes().get("paper");
    int[] authors = sample.nodes().get("author");
    assertThat(papers).startsWith(7, 2).doesNotHaveDuplicates().hasSizeBetween(3, 2 + 5);
    assertThat(authors).doesNotHaveDuplicates().hasSizeBetween(4, 3 + 5);
    Csr whole = graph.edges(WRITES);
    Csr part = sample.graph().edges(WRITES);
    int expected = 0;
    for (int row = 0; row < papers.length; row++) {
      for (int e = whole.offsets()[papers[row]]; e < whole.offsets()[papers[row] + 1]; e++) {
        int author = whole.columns()[e];
        expected += Arrays.stream(authors).anyMatch(a -> a == author) ? 1 : 0;
      }
      for (int e = part.offsets()[row]; e < part.offsets()[row + 1]; e++) {
        int author = authors[part.columns()[e]];
        assertThat(
                Arrays.stream(
                    whole.columns(),
                    whole.offsets()[papers[row]],
                    whole.offsets()[papers[row] + 1]))
            .contains(author);
      }
    }
    assertThat(part.numEntries()).isEqualTo(expected);
  }

  @Test
  void sampleIsAFunctionOfTheGenerator() {
    HeteroGraph graph = graph();
    List<Integer> counts = List.of(2, 2);
    HeteroSample first = new HGTSampler(graph, counts, Philox.of(1)).sample("paper", 7, 2);
    HeteroSample same = new HGTSampler(graph, counts, Philox.of(1)).sample("paper", 7, 2);
    assertThat(same.nodes().get("author")).isEqualTo(first.nodes().get("author"));
    List<int[]> authors = new ArrayList<>();
    for (int seed = 0; seed < 20; seed++) {
      authors.add(
          new HGTSampler(graph, counts, Philox.of(seed))
              .sample("paper", 7, 2)
              .nodes()
              .get("author"));
    }
    assertThat(authors.stream().map(Arrays::toString).distinct().count()).isGreaterThan(3);
  }

  /** Source 0 has edges to both targets; its budget is twice that of the others. */
  @Test
  void nodesAreDrawnByTheSquareOfTheirBudget() {
    Map<String, Integer> nodes = Map.of("a", 3, "t", 2);
    EdgeType type = EdgeType.named("a__to__t");
    Csr edges = Csr.of(2, 3, new int[] {0, 0, 1, 1}, new int[] {0, 1, 0, 2});
    HeteroGraph graph = new HeteroGraph(nodes, Map.of(type, edges));
    int drawn = 0;
    for (int seed = 0; seed < 3000; seed++) {
      int[] a =
          new HGTSampler(graph, List.of(1), Philox.of(seed)).sample("t", 0, 1).nodes().get("a");
      drawn += a[0] == 0 ? 1 : 0;
    }
    assertThat(drawn / 3000.0).isCloseTo(4.0 / 6, within(0.03));
  }

  @Test
  void scoresOnASampleOfAllNeighborsEqualThoseOnTheWholeGraph() {
    HeteroGraph graph = graph();
    HeteroSample sample =
        new HGTSampler(graph, List.of(1000, 1000), Philox.of(1)).sample("paper", 11, 3, 30);
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("scores")) {
      HGT hgt =
          new HGT(
              graph.metadata(),
              "paper",
              Map.of("paper", 3, "author", 2),
              8,
              2,
              2,
              4,
              0,
              Initializer.of(DType.FLOAT32, 1));
      Map<String, NodeFeatures> x = new LinkedHashMap<>();
      x.put("paper", features(PAPERS, 3));
      x.put("author", features(AUTHORS, 2));
      double[] whole = hgt.forward(x, graph).toDoubles();
      Map<String, NodeFeatures> ofSample = new LinkedHashMap<>();
      x.forEach((type, rows) -> ofSample.put(type, rows.rows(sample.nodes().get(type))));
      double[] sampled = hgt.forward(ofSample, sample.graph()).toDoubles();
      int[] targets = {11, 3, 30};
      for (int i = 0; i < targets.length; i++) {
        for (int c = 0; c < 4; c++) {
          assertThat(sampled[4 * i + c]).isCloseTo(whole[4 * targets[i] + c], within(1e-6));
        }
      }
    }
  }

  private static NodeFeatures features(int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Philox.of(9).uniform(i);
    }
    return new NodeFeatures.Dense(Tensor.of(values, rows, columns));
  }

  @Test
  void unknownTypesAreRejected() {
    HeteroGraph graph = graph();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metapath.named("paper-venue-paper", graph.metadata()))
        .withMessage(
            "each type of metapath paper-venue-paper must be one of the node types paper, author,"
                + " got venue");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new HeteroMetadata(List.of("paper"), List.of(EdgeType.named("author__to__paper"))))
        .withMessage(
            "source of edge type author__to__paper must be one of the node types paper, got"
                + " author");
  }
}
