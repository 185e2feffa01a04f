package io.troupe.nn.registry;

import io.troupe.nn.graph.Aggr;
import io.troupe.nn.graph.GIN;
import io.troupe.nn.graph.Graph;
import io.troupe.nn.graph.GraphBatch;
import io.troupe.nn.graph.GraphClassifier;
import io.troupe.nn.graph.GraphGCN;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The entries of the networks for whole graphs. Inputs are {@code x}, {@code edge_index} and, for
 * more than one graph, {@code batch}. The defaults are for MUTAG.
 */
public final class GraphClassifierEntry extends GraphEntry<GraphClassifier> {
  private static final Hyperparameter<Integer> IN_CHANNELS = GraphSettings.inChannels(7);
  private static final Hyperparameter<Integer> OUT_CHANNELS = GraphSettings.outChannels(2);
  private static final Hyperparameter<Integer> HIDDEN = GraphSettings.hiddenChannels(32);

  private GraphClassifierEntry(
      String name,
      String summary,
      BiFunction<Settings, Initializer, GraphClassifier> builder,
      Hyperparameter<?>... own) {
    super(name, summary, builder, List.of(IN_CHANNELS, OUT_CHANNELS, HIDDEN), own);
  }

  /** All entries. */
  public static List<GraphClassifierEntry> all() {
    return List.of(gin(), graphGcn());
  }

  private static GraphClassifierEntry gin() {
    Hyperparameter<Integer> numLayers =
        Hyperparameter.whole("num_layers", 5, 1, 64, "graph convolutions");
    Hyperparameter<Integer> mlpLayers =
        Hyperparameter.whole("mlp_layers", 2, 1, 16, "linear layers of each convolution");
    Hyperparameter<Boolean> trainEps =
        Hyperparameter.flag("train_eps", false, "whether the weight of a node itself is learned");
    return new GraphClassifierEntry(
        "gin",
        "graph isomorphism network for whole graphs",
        (settings, initializer) ->
            new GIN(
                settings.get(IN_CHANNELS),
                settings.get(HIDDEN),
                settings.get(numLayers),
                settings.get(mlpLayers),
                settings.get(OUT_CHANNELS),
                settings.get(trainEps),
                settings.get(GraphSettings.DROPOUT),
                initializer),
        numLayers,
        mlpLayers,
        trainEps,
        GraphSettings.DROPOUT);
  }

  private static GraphClassifierEntry graphGcn() {
    Hyperparameter<Integer> numLayers =
        Hyperparameter.whole("num_layers", 3, 1, 64, "graph convolutions");
    Hyperparameter<String> pooling =
        GraphSettings.aggr("pooling", Aggr.MEAN, "pooling of the nodes of a graph");
    return new GraphClassifierEntry(
        "graph-gcn",
        "graph convolutional network with pooling for whole graphs",
        (settings, initializer) ->
            new GraphGCN(
                settings.get(IN_CHANNELS),
                settings.get(HIDDEN),
                settings.get(numLayers),
                settings.get(OUT_CHANNELS),
                GraphSettings.aggr(settings, pooling),
                settings.get(GraphSettings.DROPOUT),
                initializer),
        numLayers,
        pooling,
        GraphSettings.DROPOUT);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    List<InputTensor> inputs = new ArrayList<>(GraphSettings.ofNodes(settings.get(IN_CHANNELS)));
    inputs.add(GraphSettings.batch());
    return inputs;
  }

  @Override
  public List<Capability<GraphClassifier>> capabilities() {
    return List.of(new Capability.ClassifyGraphs<>(model -> model));
  }

  @Override
  public Tensor predict(GraphClassifier model, Map<String, Tensor> inputs) {
    Tensor x = inputs.get("x");
    Graph graph = Graph.of(x.size(0), inputs.get("edge_index"));
    Tensor batch = inputs.get("batch");
    int[] graphOf = batch == null ? new int[x.size(0)] : batch.toInts();
    int numGraphs = 1 + Arrays.stream(graphOf).max().orElse(-1);
    return model.forward(x, GraphBatch.of(graph, graphOf, numGraphs));
  }
}
