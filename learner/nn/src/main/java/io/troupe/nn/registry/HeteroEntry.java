package io.troupe.nn.registry;

import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.hetero.HAN;
import io.troupe.nn.hetero.HGT;
import io.troupe.nn.hetero.HeteroMetadata;
import io.troupe.nn.hetero.HeteroNodeClassifier;
import io.troupe.nn.hetero.Metapath;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** The entries of the networks for graphs with several types; see {@link HeteroSettings}. */
public final class HeteroEntry implements ModelEntry<HeteroNodeClassifier> {
  private static final Hyperparameter<Double> DROPOUT_OF_EDGES =
      Hyperparameter.real("dropout", 0.6, 0, 0.99, "dropout of features and edges in training");
  private static final Hyperparameter<Double> DROPOUT = GraphSettings.dropout(0.5);

  private final String name;
  private final String summary;
  private final BiFunction<Settings, Initializer, HeteroNodeClassifier> builder;
  private final List<Hyperparameter<?>> hyperparameters;

  private HeteroEntry(
      String name,
      String summary,
      BiFunction<Settings, Initializer, HeteroNodeClassifier> builder,
      Hyperparameter<?>... own) {
    this.name = name;
    this.summary = summary;
    this.builder = builder;
    List<Hyperparameter<?>> all =
        new ArrayList<>(
            List.of(
                HeteroSettings.NODE_TYPES,
                HeteroSettings.EDGE_TYPES,
                HeteroSettings.TARGET,
                HeteroSettings.OUT_CHANNELS,
                HeteroSettings.HIDDEN_CHANNELS));
    all.addAll(List.of(own));
    this.hyperparameters = List.copyOf(all);
  }

  /** All entries. */
  public static List<HeteroEntry> all() {
    return List.of(han(), hgt());
  }

  private static HeteroEntry han() {
    Hyperparameter<Integer> heads = HeteroSettings.heads(8);
    Hyperparameter<List<String>> metapaths =
        new Hyperparameter<>(
            "metapaths",
            "p-a-p,p-s-p",
            "types of nodes, such as paper-author-paper, separated by commas",
            "paths from the classified type to itself",
            text -> Optional.of(Arrays.stream(text.split(",", -1)).map(String::strip).toList()));
    return new HeteroEntry(
        "han",
        "heterogeneous graph attention network, metapaths",
        (settings, initializer) -> {
          HeteroMetadata metadata = HeteroSettings.metadata(settings);
          String target = settings.get(HeteroSettings.TARGET);
          return new HAN(
              metadata,
              target,
              settings.get(HeteroSettings.NODE_TYPES),
              settings.get(metapaths).stream().map(path -> Metapath.named(path, metadata)).toList(),
              settings.get(HeteroSettings.HIDDEN_CHANNELS),
              settings.get(heads),
              settings.get(HeteroSettings.OUT_CHANNELS),
              settings.get(DROPOUT_OF_EDGES),
              initializer);
        },
        metapaths,
        heads,
        DROPOUT_OF_EDGES);
  }

  private static HeteroEntry hgt() {
    Hyperparameter<Integer> heads = HeteroSettings.heads(4);
    return new HeteroEntry(
        "hgt",
        "heterogeneous graph transformer, learns from samples of large graphs",
        (settings, initializer) ->
            new HGT(
                HeteroSettings.metadata(settings),
                settings.get(HeteroSettings.TARGET),
                settings.get(HeteroSettings.NODE_TYPES),
                settings.get(HeteroSettings.HIDDEN_CHANNELS),
                settings.get(heads),
                settings.get(GraphSettings.NUM_LAYERS),
                settings.get(HeteroSettings.OUT_CHANNELS),
                settings.get(DROPOUT),
                initializer),
        heads,
        GraphSettings.NUM_LAYERS,
        DROPOUT);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Family family() {
    return Family.GNN;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return hyperparameters;
  }

  @Override
  public HeteroNodeClassifier build(Settings settings, Initializer initializer) {
    return builder.apply(settings, initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return HeteroSettings.inputs(settings);
  }

  @Override
  public List<Capability<HeteroNodeClassifier>> capabilities() {
    return List.of(new Capability.ClassifyTypedNodes<>(model -> model));
  }

  @Override
  public Tensor predict(HeteroNodeClassifier model, Map<String, Tensor> inputs) {
    Map<String, NodeFeatures> features =
        HeteroSettings.features(model.metadata().nodeTypes(), inputs);
    return model.forward(features, HeteroSettings.graph(model.metadata(), features, inputs));
  }
}
