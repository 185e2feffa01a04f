package io.troupe.nn.hetero;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.Module;
import io.troupe.nn.TorchFile;
import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Csr;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares names, outputs and gradients of HAN, HGT and their layers with PyTorch Geometric. */
class HeteroParityTest {
  /** The cases of hetero.py. */
  enum Case {
    PAPERS(
        "papers",
        sizes("paper", 5, "author", 4, "subject", 7),
        sizes("paper", 9, "author", 6, "subject", 3),
        List.of(
            "paper__to__author", "author__to__paper", "paper__to__subject", "subject__to__paper"),
        List.of("paper-author-paper", "paper-subject-paper"),
        new int[] {8, 2, 2, 3},
        "paper"),
    ODD(
        "odd",
        sizes("a", 3, "b", 3),
        sizes("a", 7, "b", 11),
        List.of("a__likes__b", "b__likes__a", "b__knows__b"),
        List.of("b-b", "b-a-b", "b-b-b"),
        new int[] {15, 5, 3, 2},
        "b");

    final String name;
    final Map<String, Integer> features;
    final Map<String, Integer> nodes;
    final HeteroMetadata metadata;
    final List<Metapath> metapaths;
    final int[] config; // hidden, heads, layers, out
    final String target;

    Case(
        String name,
        Map<String, Integer> features,
        Map<String, Integer> nodes,
        List<String> edgeTypes,
        List<String> metapaths,
        int[] config,
        String target) {
      this.name = name;
      this.features = features;
      this.nodes = nodes;
      this.metadata =
          new HeteroMetadata(
              List.copyOf(nodes.keySet()), edgeTypes.stream().map(EdgeType::named).toList());
      this.metapaths = metapaths.stream().map(path -> Metapath.named(path, metadata)).toList();
      this.config = config;
      this.target = target;
    }

    private static Map<String, Integer> sizes(Object... pairs) {
      Map<String, Integer> sizes = new LinkedHashMap<>();
      for (int i = 0; i < pairs.length; i += 2) {
        sizes.put((String) pairs[i], (Integer) pairs[i + 1]);
      }
      return sizes;
    }

    HeteroGraph graph(TorchFile torch) {
      Map<EdgeType, Csr> edges = new LinkedHashMap<>();
      for (EdgeType type : metadata.edgeTypes()) {
        Tensor index = torch.get(name + ".edge_index." + type);
        Csr csr =
            Csr.of(
                nodes.get(type.target()),
                nodes.get(type.source()),
                index.slice(1).toInts(),
                index.slice(0).toInts());
        edges.put(type, csr);
      }
      return new HeteroGraph(nodes, edges);
    }
  }

  /** Applies a module to dense features; the results are by type of nodes. */
  private interface Call<M> extends BiFunction<M, Map<String, Tensor>, Map<String, Tensor>> {}

  private static <M extends Module> void check(
      TorchFile torch, String name, M module, Call<M> call) {
    assertThat(torch.names(name + ".param."))
        .as(name)
        .containsExactlyInAnyOrderElementsOf(module.stateDict().keySet());
    torch.load(name + ".param.", module);
    Map<String, Tensor> x = new LinkedHashMap<>();
    torch.names(name + ".x.").forEach(type -> x.put(type, torch.leaf(name + ".x." + type)));
    Map<String, Tensor> out = call.apply(module, x);
    assertThat(out.keySet())
        .as(name)
        .containsExactlyInAnyOrderElementsOf(torch.names(name + ".y."));
    Tensor loss = null;
    for (Map.Entry<String, Tensor> entry : out.entrySet()) {
      torch.check(entry.getValue(), name + ".y." + entry.getKey());
      Tensor part = entry.getValue().mul(torch.get(name + ".dy." + entry.getKey())).sum();
      loss = loss == null ? part : loss.add(part);
    }
    loss.backward();
    x.forEach(
        (type, leaf) -> {
          if (torch.has(name + ".dx." + type)) {
            torch.check(leaf.grad(), name + ".dx." + type);
          }
        });
    torch.checkGroup(name + ".grad.", module);
  }

  private static Map<String, NodeFeatures> dense(Map<String, Tensor> x) {
    Map<String, NodeFeatures> features = new LinkedHashMap<>();
    x.forEach((type, tensor) -> features.put(type, new NodeFeatures.Dense(tensor)));
    return features;
  }

  private interface Body {
    void run(TorchFile torch, HeteroGraph graph, Initializer initializer);
  }

  private static void with(Case of, Body body) {
    try (TorchFile torch = TorchFile.open("hetero/hetero");
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(of.name)) {
      body.run(torch, of.graph(torch), Initializer.of(DType.FLOAT32, 1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void hanConvMatchesPyTorchGeometric(Case of) {
    with(
        of,
        (torch, graph, initializer) ->
            check(
                torch,
                of.name + ".han_conv",
                new HANConv(
                    of.features, of.config[0], of.metadata, of.config[1], 0.1, 0, initializer),
                (conv, x) -> conv.forward(dense(x), graph)));
  }

  @ParameterizedTest
  @EnumSource
  void hgtConvMatchesPyTorchGeometric(Case of) {
    with(
        of,
        (torch, graph, initializer) -> {
          check(
              torch,
              of.name + ".hgt_conv",
              new HGTConv(of.features, of.config[0], of.metadata, of.config[1], initializer),
              (conv, x) -> conv.forward(x, graph));
          Map<String, Integer> hidden = new LinkedHashMap<>(of.features);
          hidden.replaceAll((_, _) -> of.config[0]);
          check(
              torch,
              of.name + ".hgt_conv_skip",
              new HGTConv(hidden, of.config[0], of.metadata, of.config[1], initializer),
              (conv, x) -> conv.forward(x, graph));
        });
  }

  @ParameterizedTest
  @EnumSource
  void hanMatchesPyTorchGeometric(Case of) {
    with(
        of,
        (torch, graph, initializer) ->
            check(
                torch,
                of.name + ".han",
                new HAN(
                    of.metadata,
                    of.target,
                    of.features,
                    of.metapaths,
                    of.config[0],
                    of.config[1],
                    of.config[3],
                    0.6,
                    initializer),
                (han, x) -> Map.of(of.target, han.forward(withOthers(of, x), graph))));
  }

  /** HAN reads the features of the target type only. */
  private static Map<String, NodeFeatures> withOthers(Case of, Map<String, Tensor> x) {
    Map<String, NodeFeatures> features = dense(x);
    of.nodes.forEach(
        (type, count) ->
            features.computeIfAbsent(
                type, _ -> new NodeFeatures.Dense(Tensor.zeros(count, of.features.get(type)))));
    return features;
  }

  @ParameterizedTest
  @EnumSource
  void hgtMatchesPyTorchGeometric(Case of) {
    with(
        of,
        (torch, graph, initializer) ->
            check(
                torch,
                of.name + ".hgt",
                new HGT(
                    of.metadata,
                    of.target,
                    of.features,
                    of.config[0],
                    of.config[1],
                    of.config[2],
                    of.config[3],
                    0,
                    initializer),
                (hgt, x) -> Map.of(of.target, hgt.forward(dense(x), graph))));
  }
}
