package io.troupe.training.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.troupe.nn.graph.Aggr;
import io.troupe.nn.graph.ChebNet;
import io.troupe.nn.graph.GAT;
import io.troupe.nn.graph.GCN;
import io.troupe.nn.graph.GIN;
import io.troupe.nn.graph.GraphClassifier;
import io.troupe.nn.graph.GraphGCN;
import io.troupe.nn.graph.GraphSAGE;
import io.troupe.nn.graph.NodeClassifier;
import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.layers.Initializer;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.protocols.graph.EdgeIndex;
import io.troupe.protocols.graph.GraphDataset;
import io.troupe.protocols.graph.GraphDataset.LabeledGraph;
import io.troupe.protocols.graph.SparseRows;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.SupervisedTrainer;
import io.troupe.training.supervised.TaskEvaluation;
import io.troupe.training.supervised.TrainerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every graph network learns a task that depends on the edges only, with any number of threads. */
class GraphLearningTest {
  private static final int NODES = 80;
  private static final Map<String, Function<Initializer, NodeClassifier<?>>> NETWORKS = networks();

  private static Map<String, Function<Initializer, NodeClassifier<?>>> networks() {
    Map<String, Function<Initializer, NodeClassifier<?>>> networks = new LinkedHashMap<>();
    networks.put("gcn", i -> new GCN(NODES, 8, 2, 2, 0.2, i));
    networks.put("gat", i -> new GAT(NODES, 8, 2, 2, 4, 1, 0.2, i));
    networks.put("graphsage", i -> new GraphSAGE(NODES, 8, 2, 2, Aggr.MEAN, 0.2, i));
    networks.put("chebnet", i -> new ChebNet(NODES, 8, 2, 2, 2, 0.2, i));
    return networks;
  }

  /** Two rings. Each node also has an edge to the third node after it. */
  private static EdgeIndex rings() {
    int half = NODES / 2;
    List<int[]> edges = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      for (int step : new int[] {1, 3}) {
        int next = node / half * half + (node % half + step) % half;
        edges.add(new int[] {node, next});
        edges.add(new int[] {next, node});
      }
    }
    return new EdgeIndex(
        NODES,
        edges.stream().mapToInt(edge -> edge[0]).toArray(),
        edges.stream().mapToInt(edge -> edge[1]).toArray());
  }

  /** One-hot features with the index of each node. */
  private static SparseRows oneHotNodeIds() {
    int[] nodes = IntStream.range(0, NODES).toArray();
    float[] ones = new float[NODES];
    Arrays.fill(ones, 1);
    return new SparseRows(NODES, NODES, nodes, nodes, ones);
  }

  private static MiniBatch batch(int[] numbers, Function<Integer, Integer> label) {
    int[] labels = Arrays.stream(numbers).map(label::apply).toArray();
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input", new ArrayData.Ints(numbers, numbers.length));
    arrays.put("label", new ArrayData.Ints(labels, numbers.length));
    return new MiniBatch(1, numbers.length, arrays);
  }

  private static MiniBatch nodes(int... nodes) {
    return batch(nodes, node -> node / (NODES / 2));
  }

  private static double accuracy(
      Engine engine, SupervisedTask task, int steps, MiniBatch train, MiniBatch test) {
    OptimizerConfig adam =
        new OptimizerConfig.Adam(0.02, 0.9, 0.999, 1e-8, 0, new WeightDecayOn.All(), 0);
    LearningRateSchedule schedule =
        new LearningRateSchedule(new ScheduleConfig.Constant(0), 0.02, steps);
    try (SupervisedTrainer trainer =
        new SupervisedTrainer(task, new TrainerConfig(3, adam, schedule, 0), engine)) {
      for (int step = 0; step < steps; step++) {
        trainer.step(train);
      }
      return new TaskEvaluation(task, 3, engine)
          .of(List.of(test).iterator())
          .means()
          .get("eval_accuracy");
    }
  }

  private record Learned(double accuracy, List<float[]> weights) {}

  private static Learned learn(String name, List<Integer> numNeighbors, int threads) {
    try (Engine engine = Engine.of(CpuBackend.create(threads));
        Scope _ = engine.open(name)) {
      NodeClassifier<?> network = NETWORKS.get(name).apply(Initializer.of(DType.FLOAT32, 2));
      NodeFeatures x = GraphTensors.features(oneHotNodeIds());
      assertThat(x).isInstanceOf(NodeFeatures.Sparse.class);
      NodeTask task = new NodeTask(network, GraphTensors.graph(rings()), x, numNeighbors, 0);
      MiniBatch train = nodes(IntStream.range(0, NODES).filter(n -> n % 4 == 0).toArray());
      MiniBatch test = nodes(IntStream.range(0, NODES).filter(n -> n % 4 == 2).toArray());
      double accuracy = accuracy(engine, task, 60, train, test);
      List<float[]> weights = new ArrayList<>();
      network.namedParameters().values().forEach(weight -> weights.add(weight.toFloats()));
      return new Learned(accuracy, weights);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcn", "gat", "graphsage", "chebnet"})
  void classifiesNodesByTheirEdges(String name) {
    Learned learned = learn(name, List.of(), 2);
    assertThat(learned.accuracy()).isGreaterThan(0.9);
    List<float[]> again = learn(name, List.of(), 1).weights();
    for (int i = 0; i < again.size(); i++) {
      assertThat(again.get(i)).as("weight %d, one thread", i).isEqualTo(learned.weights().get(i));
    }
  }

  @Test
  void learnsFromSampledNeighbors() {
    Learned learned = learn("graphsage", List.of(3, 2), 2);
    assertThat(learned.accuracy()).isGreaterThan(0.9);
    assertThat(learn("graphsage", List.of(3, 2), 1).weights().getFirst())
        .isEqualTo(learned.weights().getFirst());
  }

  @Test
  void onlyGraphSageSupportsNeighborSampling() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learn("gcn", List.of(3, 2), 1))
        .withMessageContaining("only graphsage learns from samples of neighbors");
  }

  /**
   * Rings (class 1) and chains (class 0) of 4 to 9 nodes. One node has tag 1, all others have tag
   * 0.
   */
  private static GraphDataset ringsAndChains() {
    List<LabeledGraph> graphs = new ArrayList<>();
    for (int g = 0; g < 48; g++) {
      int numNodes = 4 + g / 2 % 6;
      boolean isRing = g % 2 == 1;
      int numPairs = isRing ? numNodes : numNodes - 1;
      int[] sources = new int[2 * numPairs];
      int[] targets = new int[2 * numPairs];
      for (int i = 0; i < numPairs; i++) {
        sources[2 * i] = targets[2 * i + 1] = i;
        targets[2 * i] = sources[2 * i + 1] = (i + 1) % numNodes;
      }
      int[] tags = new int[numNodes];
      tags[g % numNodes] = 1;
      graphs.add(new LabeledGraph(new EdgeIndex(numNodes, sources, targets), tags, isRing ? 1 : 0));
    }
    return new GraphDataset(graphs, 2, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gin", "graph-gcn"})
  void classifiesRingsAndChains(String name) {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      Initializer initializer = Initializer.of(DType.FLOAT32, 4);
      GraphClassifier network =
          name.equals("gin")
              ? new GIN(2, 8, 2, 2, 2, false, 0, initializer)
              : new GraphGCN(2, 16, 3, 2, Aggr.MAX, 0, initializer);
      GraphTask task = new GraphTask(network, ringsAndChains(), 0);
      MiniBatch train = batch(IntStream.range(0, 36).toArray(), g -> g % 2);
      MiniBatch test = batch(IntStream.range(36, 48).toArray(), g -> g % 2);
      assertThat(accuracy(engine, task, 80, train, test)).isGreaterThan(0.9);
    }
  }
}
