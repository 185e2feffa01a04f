package io.troupe.actors.supervised;

import io.troupe.data.graph.HeteroGraphFile;
import io.troupe.data.graph.TypedGraphFolder;
import io.troupe.nn.hetero.Metapath;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.training.graph.GraphTensors;
import io.troupe.training.graph.HeteroNodeTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Sets up a network for the nodes of one type of a graph with several types. */
final class HeteroSetup {
  private HeteroSetup() {}

  /** Reads a graph with several types; empty for other data. */
  static Optional<HeteroDataset> read(TrainConfig config) {
    Path path = Path.of(config.data());
    if (Files.isDirectory(path)) {
      return TypedGraphFolder.isAt(path)
          ? Optional.of(TypedGraphFolder.read(path, config.dataset()))
          : Optional.empty();
    }
    return Files.isRegularFile(path) && HeteroGraphFile.isAt(path)
        ? Optional.of(HeteroGraphFile.read(path))
        : Optional.empty();
  }

  static SupervisedSetup of(TrainConfig config, ModelEntry<?> entry, Scope weights) {
    HeteroDataset read =
        read(config)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "data for %s must be a graph with several types of nodes, edge.txt and label.txt or a .safetensors file, got %s"
                            .formatted(entry.name(), config.data())));
    HeteroDataset data = config.dataset().normalize() ? read.withNormalizedFeatures() : read;
    BuiltModel<?> model;
    HeteroNodeTask task;
    try (Scope.Entered _ = weights.enter()) {
      model =
          entry.create(
              entry.settings(settings(config, entry, data)),
              Initializer.of(DType.FLOAT32, config.seed()));
      task =
          HeteroNodeTask.of(
              model.typedNodeClassifier().orElseThrow(),
              data,
              config.numNeighbors(),
              config.labelSmoothing());
    }
    String description =
        "a graph of %s (%s): %,d training, %,d validation and %,d test nodes of type %s, %d classes"
            .formatted(
                nodes(data),
                edges(data),
                data.train().length,
                data.validation().length,
                data.test().length,
                data.target(),
                data.numClasses());
    return new SupervisedSetup(
        model,
        TrainingData.ofIndices(
            description,
            data.labels(),
            data.numClasses(),
            List.of(data.train(), data.validation(), data.test()),
            config),
        task);
  }

  private static String nodes(HeteroDataset data) {
    return data.features().entrySet().stream()
        .map(type -> "%,d %s".formatted(type.getValue().numRows(), type.getKey()))
        .collect(Collectors.joining(", "));
  }

  private static String edges(HeteroDataset data) {
    return data.edges().stream()
        .map(type -> "%,d %s".formatted(type.sources().length, type.type()))
        .collect(Collectors.joining(", "));
  }

  /** The types of the graph; settings of the user have precedence. */
  private static Map<String, String> settings(
      TrainConfig config, ModelEntry<?> entry, HeteroDataset data) {
    Map<String, String> settings = GraphTensors.types(data);
    if (entry.hyperparameters().stream().anyMatch(known -> known.name().equals("metapaths"))) {
      settings.put(
          "metapaths",
          Metapath.backTo(data.target(), GraphTensors.graph(data).metadata()).stream()
              .map(Metapath::nodeTypes)
              .distinct()
              .collect(Collectors.joining(",")));
    }
    settings.putAll(config.modelSettings());
    return settings;
  }
}
