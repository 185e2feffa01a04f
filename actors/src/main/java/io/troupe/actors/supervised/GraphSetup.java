package io.troupe.actors.supervised;

import io.troupe.data.DataFormatException;
import io.troupe.data.graph.GraphListFile;
import io.troupe.data.graph.NodeGraphFile;
import io.troupe.nn.graph.GraphClassifier;
import io.troupe.nn.graph.NodeClassifier;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.protocols.graph.GraphDataset;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.protocols.graph.NodeDataset;
import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.training.graph.GraphTask;
import io.troupe.training.graph.GraphTensors;
import io.troupe.training.graph.NodeTask;
import io.troupe.training.supervised.SupervisedTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sets up a graph network for the nodes of one graph, or for a set of graphs. */
final class GraphSetup {
  private final TrainConfig config;
  private final ModelEntry<?> entry;
  private final Scope weights;

  private GraphSetup(TrainConfig config, ModelEntry<?> entry, Scope weights) {
    this.config = config;
    this.entry = entry;
    this.weights = weights;
  }

  static SupervisedSetup of(TrainConfig config, ModelEntry<?> entry, Scope weights) {
    GraphSetup setup = new GraphSetup(config, entry, weights);
    Optional<HeteroDataset> typed = HeteroSetup.read(config);
    if (typed.isPresent()) {
      return setup.nodes(typed.get().toHomogeneous());
    }
    Path file = file(Path.of(config.data()));
    return NodeGraphFile.isAt(file)
        ? setup.nodes(NodeGraphFile.read(file))
        : setup.graphs(GraphListFile.read(file));
  }

  /** Resolves a file, or the only file of its kind in a directory. */
  private static Path file(Path path) {
    if (!Files.isDirectory(path)) {
      if (!Files.isRegularFile(path)) {
        throw new DataFormatException("file or directory " + path + " must exist");
      }
      return path;
    }
    try (Stream<Path> files = Files.list(path)) {
      List<Path> known =
          files.filter(f -> f.toString().matches(".*\\.(safetensors|txt)")).sorted().toList();
      if (known.size() == 1) {
        return known.getFirst();
      }
      throw new DataFormatException(
          "%s must contain one .safetensors (nodes of a graph) or .txt file (a set of graphs), got %d"
              .formatted(path, known.size()));
    } catch (IOException e) {
      throw new DataFormatException("cannot read the directory " + path + ": " + e.getMessage(), e);
    }
  }

  // ---- nodes ---------------------------------------------------------------------------------

  private SupervisedSetup nodes(NodeDataset read) {
    NodeDataset data = config.dataset().normalize() ? read.withNormalizedFeatures() : read;
    BuiltModel<?> model = model(data.features().numColumns(), data.numClasses());
    NodeClassifier<?> network =
        model
            .nodeClassifier()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        config.data()
                            + " must contain many graphs for "
                            + config.model()
                            + ", got one"));
    SupervisedTask task;
    try (Scope.Entered _ = weights.enter()) {
      task =
          new NodeTask(
              network,
              GraphTensors.graph(data.edges()),
              GraphTensors.features(data.features()),
              config.numNeighbors(),
              config.labelSmoothing());
    }
    String description =
        "a graph of %,d nodes and %,d edges: %,d training, %,d validation and %,d test nodes, %d classes"
            .formatted(
                data.edges().numNodes(),
                data.edges().sources().length,
                data.train().length,
                data.validation().length,
                data.test().length,
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

  // ---- many graphs ---------------------------------------------------------------------------

  private SupervisedSetup graphs(GraphDataset data) {
    BuiltModel<?> model = model(data.numTags(), data.numClasses());
    GraphClassifier network =
        model
            .graphClassifier()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        config.data()
                            + " must contain one graph for "
                            + config.model()
                            + ", got many"));
    int[] labels = data.graphs().stream().mapToInt(GraphDataset.LabeledGraph::label).toArray();
    int folds = config.folds() > 0 ? config.folds() : 10;
    List<int[]> parts = Folds.of(labels, folds, config.dataset().splitSeed());
    int held = config.fold() % folds;
    int[] test = parts.get(held);
    boolean validates = config.dataset().validationFraction() > 0;
    int[] validation = validates ? parts.get((held + 1) % folds) : new int[0];
    int[] train =
        IntStream.range(0, labels.length)
            .filter(i -> Arrays.binarySearch(test, i) < 0 && Arrays.binarySearch(validation, i) < 0)
            .toArray();
    String description =
        "%,d graphs, fold %d of %d held out: %,d training and %,d test graphs, %d classes"
            .formatted(
                labels.length, held + 1, folds, train.length, test.length, data.numClasses());
    return new SupervisedSetup(
        model,
        TrainingData.ofIndices(
            description, labels, data.numClasses(), List.of(train, validation, test), config),
        new GraphTask(network, data, config.labelSmoothing()));
  }

  // ---- both ----------------------------------------------------------------------------------

  private BuiltModel<?> model(int features, int classes) {
    Map<String, String> known = new LinkedHashMap<>();
    known.put("in_channels", Integer.toString(features));
    known.put("out_channels", Integer.toString(classes));
    known.putAll(config.modelSettings());
    try (Scope.Entered _ = weights.enter()) {
      return entry.create(entry.settings(known), Initializer.of(DType.FLOAT32, config.seed()));
    }
  }
}
