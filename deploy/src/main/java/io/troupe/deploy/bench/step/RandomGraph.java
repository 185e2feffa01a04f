package io.troupe.deploy.bench.step;

import io.troupe.protocols.graph.EdgeIndex;
import io.troupe.protocols.graph.NodeDataset;
import io.troupe.protocols.graph.SparseRows;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A graph with the sizes of Cora, and random edges, features and classes. */
final class RandomGraph {
  private static final int NODES = 2708;
  private static final int LINKS = 5278;
  private static final int FEATURES = 1433;
  private static final double FILLED = 0.0127;
  private static final int CLASSES = 7;

  private RandomGraph() {}

  static NodeDataset ofCorasSizes() {
    return new NodeDataset(
        edges(Philox.of(1)),
        features(Philox.of(2)),
        drawn(Philox.of(3), NODES, CLASSES),
        CLASSES,
        IntStream.range(0, 140).toArray(),
        IntStream.range(140, 640).toArray(),
        IntStream.range(1708, NODES).toArray());
  }

  /** Each link in both directions. */
  private static EdgeIndex edges(Philox random) {
    int[] from = drawn(random.derive(0), LINKS, NODES);
    int[] to = drawn(random.derive(1), LINKS, NODES);
    int[] sources = Arrays.copyOf(from, 2 * LINKS);
    int[] targets = Arrays.copyOf(to, 2 * LINKS);
    System.arraycopy(to, 0, sources, LINKS, LINKS);
    System.arraycopy(from, 0, targets, LINKS, LINKS);
    return new EdgeIndex(NODES, sources, targets);
  }

  private static SparseRows features(Philox random) {
    int[] places =
        IntStream.range(0, NODES * FEATURES)
            .filter(place -> random.uniform(place) < FILLED)
            .toArray();
    float[] ones = new float[places.length];
    Arrays.fill(ones, 1);
    return new SparseRows(
        NODES,
        FEATURES,
        Arrays.stream(places).map(place -> place / FEATURES).toArray(),
        Arrays.stream(places).map(place -> place % FEATURES).toArray(),
        ones);
  }

  private static int[] drawn(Philox random, int count, int below) {
    return IntStream.range(0, count).map(i -> (int) (below * random.uniform(i))).toArray();
  }
}
