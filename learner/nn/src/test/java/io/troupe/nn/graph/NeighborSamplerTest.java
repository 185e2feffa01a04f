package io.troupe.nn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NeighborSamplerTest {
  private static final int NODES = 60;

  /** A graph in which node i has an edge from each of the i nodes before it. */
  private static Graph graph() {
    int[] sources = new int[NODES * (NODES - 1) / 2];
    int[] targets = new int[sources.length];
    int next = 0;
    for (int target = 0; target < NODES; target++) {
      for (int source = 0; source < target; source++) {
        sources[next] = source;
        targets[next++] = target;
      }
    }
    return Graph.of(NODES, sources, targets);
  }

  private static NeighborSampler sampler(Integer... numNeighbors) {
    return new NeighborSampler(graph(), List.of(numNeighbors), Philox.of(5));
  }

  @Test
  void samplesAtMostNumNeighborsDistinctEdges() {
    NeighborSample sample = sampler(4, 2).sample(0, 50, 3, 0);
    assertThat(sample.numTargets()).isEqualTo(3);
    assertThat(Arrays.copyOf(sample.nodes(), 3)).containsExactly(50, 3, 0);
    Csr nearest = sample.hops().getFirst();
    assertThat(new int[] {nearest.degree(0), nearest.degree(1), nearest.degree(2)})
        .containsExactly(4, 3, 0);
    Csr farther = sample.hops().get(1);
    assertThat(farther.numRows()).isEqualTo(nearest.numColumns());
    assertThat(farther.numColumns()).isEqualTo(sample.nodes().length);
    for (Csr hop : sample.hops()) {
      for (int row = 0; row < hop.numRows(); row++) {
        Set<Integer> sent = new HashSet<>();
        for (int e = hop.offsets()[row]; e < hop.offsets()[row + 1]; e++) {
          int source = sample.nodes()[hop.columns()[e]];
          assertThat(sent.add(source)).isTrue();
          assertThat(source).isLessThan(sample.nodes()[row]); // an edge of the graph
        }
      }
    }
  }

  @Test
  void edgesAreSampledUniformly() {
    NeighborSampler sampler = sampler(3);
    int[] drawn = new int[10];
    for (int batch = 0; batch < 10_000; batch++) {
      for (int node : sampler.sample(batch, 10).nodes()) {
        if (node != 10) {
          drawn[node]++;
        }
      }
    }
    // 3 of 10 edges: the standard deviation is 46 draws; the bounds are four of them
    assertThat(Arrays.stream(drawn)).allMatch(count -> Math.abs(count - 3000) < 184);
  }

  @Test
  void sampleDependsOnlyOnSeedAndBatch() {
    NeighborSample sample = sampler(3, 3).sample(7, 40, 41);
    NeighborSample again = sampler(3, 3).sample(7, 40, 41);
    assertThat(again.nodes()).isEqualTo(sample.nodes());
    assertThat(again.hops().get(1).columns()).isEqualTo(sample.hops().get(1).columns());
    assertThat(sampler(3, 3).sample(8, 40, 41).nodes()).isNotEqualTo(sample.nodes());
  }

  @Test
  void samplingAllNeighborsMatchesTheWholeGraph() {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("sample")) {
      GraphSAGE network =
          new GraphSAGE(5, 8, 2, 3, Aggr.MEAN, 0.5, Initializer.of(DType.FLOAT32, 1));
      Tensor x = Tensor.empty(DType.FLOAT32, Shape.of(NODES, 5));
      Backend.of(x).random().normal(x, Philox.of(2));
      NodeFeatures features = new NodeFeatures.Dense(x);
      NeighborSample sample = sampler(-1, -1).sample(0, 30, 2);
      double[] sampled = network.forward(features.rows(sample.nodes()), sample).toDoubles();
      Tensor whole = network.forward(features, graph());
      assertThat(Arrays.copyOf(sampled, 3)).containsExactly(row(whole, 30), within(1e-5));
      assertThat(Arrays.copyOfRange(sampled, 3, 6)).containsExactly(row(whole, 2), within(1e-5));
    }
  }

  private static double[] row(Tensor scores, int node) {
    return scores.slice(node).toDoubles();
  }

  @Test
  void invalidSamplerArgumentsAreRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler(3, -2))
        .withMessageContaining(
            "num_neighbors must be numbers of edges, or -1 for all, got [3, -2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler(3).sample(0, 60))
        .withMessage("target must be in [0, 60), got 60");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler(3).sample(0, 5, 5))
        .withMessage("targets must be distinct, got 5 twice");
  }
}
