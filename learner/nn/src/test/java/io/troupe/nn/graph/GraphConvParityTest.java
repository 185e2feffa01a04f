package io.troupe.nn.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.Module;
import io.troupe.nn.TorchFile;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.sparse.SparseMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the outputs and all gradients of graph convolutions and pooling with PyTorch Geometric.
 * The graph has isolated nodes, self-loops and duplicate edges.
 */
class GraphConvParityTest {
  private static final String FIXTURE = "graph/convs";
  private static final Map<String, Function<Initializer, GraphConv>> CONVS = convs();

  private static Map<String, Function<Initializer, GraphConv>> convs() {
    Map<String, Function<Initializer, GraphConv>> convs = new LinkedHashMap<>();
    gcn(convs);
    sage(convs);
    gat(convs);
    cheb(convs);
    convs.put("gin", i -> new GINConv(mlp(i), 0, false, i));
    convs.put("gin_eps", i -> new GINConv(mlp(i), 0.25, true, i));
    return convs;
  }

  private static void gcn(Map<String, Function<Initializer, GraphConv>> convs) {
    GCNConv.Options gcn = GCNConv.Options.defaults();
    convs.put("gcn", i -> new GCNConv(5, 4, i));
    convs.put("gcn_weighted", i -> new GCNConv(5, 4, i));
    convs.put("gcn_improved", i -> new GCNConv(5, 4, gcn.withImproved().withoutBias(), i));
    convs.put("gcn_no_loops", i -> new GCNConv(5, 4, gcn.withoutSelfLoops(), i));
    convs.put("gcn_no_norm", i -> new GCNConv(5, 4, gcn.withoutNormalization(), i));
  }

  private static void sage(Map<String, Function<Initializer, GraphConv>> convs) {
    SAGEConv.Options sage = SAGEConv.Options.defaults();
    convs.put("sage_mean", i -> new SAGEConv(5, 4, i));
    convs.put("sage_mean_wide", i -> new SAGEConv(5, 7, i));
    convs.put("sage_max", i -> new SAGEConv(5, 4, sage.withAggr(Aggr.MAX), i));
    convs.put("sage_add", i -> new SAGEConv(5, 4, sage.withAggr(Aggr.ADD).withNormalize(), i));
    convs.put("sage_no_root", i -> new SAGEConv(5, 4, sage.withoutRootWeight().withoutBias(), i));
  }

  private static void gat(Map<String, Function<Initializer, GraphConv>> convs) {
    GATConv.Options gat = GATConv.Options.defaults();
    convs.put("gat", i -> new GATConv(5, 3, i));
    convs.put("gat_heads", i -> new GATConv(5, 3, gat.withHeads(8), i));
    convs.put(
        "gat_mean",
        i -> new GATConv(5, 3, gat.withHeads(2).withoutConcat().withNegativeSlope(0.1), i));
    convs.put(
        "gat_no_loops",
        i -> new GATConv(5, 3, gat.withHeads(4).withoutSelfLoops().withoutBias(), i));
  }

  private static void cheb(Map<String, Function<Initializer, GraphConv>> convs) {
    ChebConv.Options cheb = ChebConv.Options.defaults();
    convs.put("cheb_1", i -> new ChebConv(5, 4, 1, i));
    convs.put("cheb_2", i -> new ChebConv(5, 4, 2, i));
    convs.put("cheb_4", i -> new ChebConv(5, 4, 4, i));
    convs.put("cheb_lambda", i -> new ChebConv(5, 4, 3, cheb.withLambdaMax(1.7), i));
    convs.put(
        "cheb_none",
        i -> new ChebConv(5, 4, 3, cheb.withNormalization(ChebConv.Normalization.NONE), i));
    convs.put(
        "cheb_rw",
        i ->
            new ChebConv(
                5, 4, 3, cheb.withNormalization(ChebConv.Normalization.RW).withoutBias(), i));
    convs.put("cheb_weighted", i -> new ChebConv(5, 4, 3, i));
  }

  private static Sequential mlp(Initializer initializer) {
    return Sequential.of(
        Linear.of(5, 6, true, initializer), Activation.RELU, Linear.of(6, 4, true, initializer));
  }

  static List<String> cases() {
    List<String> cases = new ArrayList<>();
    try (TorchFile torch = TorchFile.open(FIXTURE)) {
      for (String conv : CONVS.keySet()) {
        for (String graph : new String[] {"plain", "tricky"}) {
          if (torch.has(conv + "." + graph + ".x")) {
            cases.add(conv + "." + graph);
          }
        }
      }
    }
    assertThat(cases).hasSize(2 * CONVS.size() - 4);
    return cases;
  }

  private static Graph graph(TorchFile torch, String name) {
    Tensor edges = torch.get(name.endsWith("plain") ? "plain" : "tricky");
    boolean isWeighted =
        name.matches("(gcn|cheb)_weighted.*|gcn_(improved|no_loops|no_norm).tricky");
    return Graph.of(
        9,
        edges.slice(0).toInts(),
        edges.slice(1).toInts(),
        isWeighted ? torch.get("weights").toDoubles() : null);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void matchesPyTorchGeometric(String name) {
    try (TorchFile torch = TorchFile.open(FIXTURE);
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      GraphConv conv =
          CONVS.get(name.substring(0, name.indexOf('.'))).apply(Initializer.of(DType.FLOAT32, 1));
      Module module = (Module) conv;
      torch.load(name + ".param.", module);
      Tensor x = torch.leaf(name + ".x");
      Tensor y = conv.forward(x, graph(torch, name));
      y.backward(torch.get(name + ".dy"));
      torch.check(y, name + ".y");
      torch.check(x.grad(), name + ".dx");
      torch.checkGradients(name + ".grad.", module);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sparseFeaturesMatchDenseFeatures(String name) {
    try (TorchFile torch = TorchFile.open(FIXTURE);
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      GraphConv conv =
          CONVS.get(name.substring(0, name.indexOf('.'))).apply(Initializer.of(DType.FLOAT32, 1));
      torch.load(name + ".param.", (Module) conv);
      NodeFeatures sparse = new NodeFeatures.Sparse(sparse(torch.get(name + ".x")));
      Tensor y = conv.forward(sparse, graph(torch, name));
      y.backward(torch.get(name + ".dy"));
      torch.check(y, name + ".y");
      torch.checkGradients(name + ".grad.", (Module) conv);
    }
  }

  /** Converts all elements to entries, column by column. */
  private static SparseMatrix sparse(Tensor x) {
    int[] rows = new int[(int) x.numel()];
    int[] columns = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i % x.size(0);
      columns[i] = i / x.size(0);
    }
    Csr pattern = Csr.of(x.size(0), x.size(1), rows, columns);
    return new SparseMatrix(pattern, x.transpose(0, 1).reshape(rows.length));
  }

  @ParameterizedTest
  @EnumSource
  void poolingMatchesPyTorchGeometric(Aggr aggr) {
    String name = "pool_" + aggr.name().toLowerCase(java.util.Locale.ROOT);
    try (TorchFile torch = TorchFile.open(FIXTURE);
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      Graph graph = graph(torch, "plain");
      GraphBatch batch = GraphBatch.of(graph, torch.get("batch").toInts(), 4);
      Tensor x = torch.leaf(name + ".x");
      Tensor y = batch.pool(aggr, x);
      y.backward(torch.get(name + ".dy"));
      torch.check(y, name + ".y");
      torch.check(x.grad(), name + ".dx");
    }
  }
}
