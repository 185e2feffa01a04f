package io.troupe.nn.registry;

import io.troupe.nn.graph.Aggr;
import io.troupe.nn.graph.ChebNet;
import io.troupe.nn.graph.GAT;
import io.troupe.nn.graph.GCN;
import io.troupe.nn.graph.Graph;
import io.troupe.nn.graph.GraphSAGE;
import io.troupe.nn.graph.NodeClassifier;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The entries of the networks for nodes. Inputs are {@code x} and {@code edge_index}; networks that
 * use edge weights also accept {@code edge_weight}. The defaults are for Cora.
 */
public final class NodeClassifierEntry extends GraphEntry<NodeClassifier<?>> {
  private static final Hyperparameter<Integer> IN_CHANNELS = GraphSettings.inChannels(1433);
  private static final Hyperparameter<Integer> OUT_CHANNELS = GraphSettings.outChannels(7);

  private final boolean isWeighted;

  private NodeClassifierEntry(
      String name,
      String summary,
      boolean isWeighted,
      BiFunction<Settings, Initializer, NodeClassifier<?>> builder,
      Hyperparameter<?>... own) {
    super(
        name, summary, builder, List.of(IN_CHANNELS, OUT_CHANNELS, GraphSettings.NUM_LAYERS), own);
    this.isWeighted = isWeighted;
  }

  /** All entries. */
  public static List<NodeClassifierEntry> all() {
    return List.of(gcn(), graphSage(), gat(), chebNet());
  }

  private static NodeClassifierEntry gcn() {
    Hyperparameter<Integer> hidden = GraphSettings.hiddenChannels(16);
    return new NodeClassifierEntry(
        "gcn",
        "graph convolutional network for nodes",
        true,
        (settings, initializer) ->
            new GCN(
                settings.get(IN_CHANNELS),
                settings.get(hidden),
                settings.get(GraphSettings.NUM_LAYERS),
                settings.get(OUT_CHANNELS),
                settings.get(GraphSettings.DROPOUT),
                initializer),
        hidden,
        GraphSettings.DROPOUT);
  }

  private static NodeClassifierEntry graphSage() {
    Hyperparameter<Integer> hidden = GraphSettings.hiddenChannels(64);
    Hyperparameter<String> aggr =
        GraphSettings.aggr("aggr", Aggr.MEAN, "aggregation of the neighbors");
    return new NodeClassifierEntry(
        "graphsage",
        "GraphSAGE for nodes, learns from samples of neighbors",
        false,
        (settings, initializer) ->
            new GraphSAGE(
                settings.get(IN_CHANNELS),
                settings.get(hidden),
                settings.get(GraphSettings.NUM_LAYERS),
                settings.get(OUT_CHANNELS),
                GraphSettings.aggr(settings, aggr),
                settings.get(GraphSettings.DROPOUT),
                initializer),
        hidden,
        aggr,
        GraphSettings.DROPOUT);
  }

  private static NodeClassifierEntry gat() {
    Hyperparameter<Integer> hidden = GraphSettings.hiddenChannels(64);
    Hyperparameter<Integer> heads =
        Hyperparameter.whole("heads", 8, 1, 1024, "attention heads of a hidden layer");
    Hyperparameter<Integer> outputHeads =
        Hyperparameter.whole("output_heads", 1, 1, 1024, "attention heads of the last layer");
    Hyperparameter<Double> dropout = GraphSettings.dropout(0.6);
    return new NodeClassifierEntry(
        "gat",
        "graph attention network for nodes",
        false,
        (settings, initializer) ->
            new GAT(
                settings.get(IN_CHANNELS),
                settings.get(hidden),
                settings.get(GraphSettings.NUM_LAYERS),
                settings.get(OUT_CHANNELS),
                settings.get(heads),
                settings.get(outputHeads),
                settings.get(dropout),
                initializer),
        hidden,
        heads,
        outputHeads,
        dropout);
  }

  private static NodeClassifierEntry chebNet() {
    Hyperparameter<Integer> hidden = GraphSettings.hiddenChannels(16);
    Hyperparameter<Integer> polynomials =
        Hyperparameter.whole("k", 2, 1, 64, "Chebyshev polynomials of a convolution");
    return new NodeClassifierEntry(
        "chebnet",
        "Chebyshev spectral network for nodes",
        true,
        (settings, initializer) ->
            new ChebNet(
                settings.get(IN_CHANNELS),
                settings.get(hidden),
                settings.get(GraphSettings.NUM_LAYERS),
                settings.get(OUT_CHANNELS),
                settings.get(polynomials),
                settings.get(GraphSettings.DROPOUT),
                initializer),
        hidden,
        polynomials,
        GraphSettings.DROPOUT);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    List<InputTensor> inputs = new ArrayList<>(GraphSettings.ofNodes(settings.get(IN_CHANNELS)));
    if (isWeighted) {
      inputs.add(GraphSettings.edgeWeight());
    }
    return inputs;
  }

  @Override
  public List<Capability<NodeClassifier<?>>> capabilities() {
    return List.of(new Capability.ClassifyNodes<>(model -> model));
  }

  @Override
  public Tensor predict(NodeClassifier<?> model, Map<String, Tensor> inputs) {
    Tensor x = inputs.get("x");
    Tensor edgeIndex = inputs.get("edge_index");
    Tensor edgeWeight = inputs.get("edge_weight");
    Graph graph =
        edgeWeight == null
            ? Graph.of(x.size(0), edgeIndex)
            : Graph.of(
                x.size(0),
                edgeIndex.slice(0).toInts(),
                edgeIndex.slice(1).toInts(),
                edgeWeight.toDoubles());
    return model.forward(x, graph);
  }
}
