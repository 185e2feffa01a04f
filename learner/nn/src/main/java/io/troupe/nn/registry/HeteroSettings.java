package io.troupe.nn.registry;

import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.hetero.EdgeType;
import io.troupe.nn.hetero.HeteroGraph;
import io.troupe.nn.hetero.HeteroMetadata;
import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings and inputs of networks over graphs with several types. Inputs are {@code x.TYPE} for
 * each type of nodes and {@code edge_index.SOURCE__RELATION__TARGET} for each type of edges. The
 * defaults are for ACM.
 */
final class HeteroSettings {
  private static final Pattern NODE_TYPE = Pattern.compile("([^:,]+):(\\d{1,8})");

  static final Hyperparameter<Map<String, Integer>> NODE_TYPES =
      new Hyperparameter<>(
          "node_types",
          "p:7227,a:1,s:1",
          "types and numbers of features, such as paper:128,author:64",
          "types of nodes, each with the features of a node",
          HeteroSettings::nodeTypes);
  static final Hyperparameter<List<EdgeType>> EDGE_TYPES =
      new Hyperparameter<>(
          "edge_types",
          "p__to__a,a__to__p,p__to__s,s__to__p",
          "types such as author__writes__paper, separated by commas",
          "types of edges",
          HeteroSettings::edgeTypes);
  static final Hyperparameter<String> TARGET =
      new Hyperparameter<>(
          "target", "p", "a type of nodes", "type of the classified nodes", HeteroSettings::word);
  static final Hyperparameter<Integer> OUT_CHANNELS = GraphSettings.outChannels(3);
  static final Hyperparameter<Integer> HIDDEN_CHANNELS = GraphSettings.hiddenChannels(64);

  private HeteroSettings() {}

  private static Optional<String> word(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(text);
  }

  private static Optional<Map<String, Integer>> nodeTypes(String text) {
    Map<String, Integer> types = new LinkedHashMap<>();
    for (String part : Arrays.asList(text.split(",", -1))) {
      Matcher matcher = NODE_TYPE.matcher(part.strip());
      if (!matcher.matches() || Integer.parseInt(matcher.group(2)) < 1) {
        return Optional.empty();
      }
      types.put(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }
    return Optional.of(types);
  }

  private static Optional<List<EdgeType>> edgeTypes(String text) {
    List<EdgeType> types = new ArrayList<>();
    for (String part : Arrays.asList(text.split(",", -1))) {
      try {
        types.add(EdgeType.named(part.strip()));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.of(List.copyOf(types));
  }

  static Hyperparameter<Integer> heads(int byDefault) {
    return Hyperparameter.whole("heads", byDefault, 1, 1024, "attention heads");
  }

  static HeteroMetadata metadata(Settings settings) {
    return new HeteroMetadata(
        List.copyOf(settings.get(NODE_TYPES).keySet()), settings.get(EDGE_TYPES));
  }

  static List<InputTensor> inputs(Settings settings) {
    List<InputTensor> inputs = new ArrayList<>();
    settings
        .get(NODE_TYPES)
        .forEach(
            (type, features) ->
                inputs.add(
                    InputTensor.floats(
                        "x." + type,
                        InputSize.any("nodes"),
                        InputSize.exactly("features", features))));
    for (EdgeType type : settings.get(EDGE_TYPES)) {
      inputs.add(
          InputTensor.integers(
              "edge_index." + type,
              InputSize.exactly("ends", 2),
              new InputSize("edges", 0, Integer.MAX_VALUE, 1)));
    }
    return inputs;
  }

  /** The features of some types of nodes. */
  static Map<String, NodeFeatures> features(List<String> types, Map<String, Tensor> inputs) {
    Map<String, NodeFeatures> features = new LinkedHashMap<>();
    types.forEach(type -> features.put(type, new NodeFeatures.Dense(inputs.get("x." + type))));
    return features;
  }

  /** The graph of the inputs. */
  static HeteroGraph graph(
      HeteroMetadata metadata, Map<String, NodeFeatures> features, Map<String, Tensor> inputs) {
    Map<String, Integer> numNodes = new LinkedHashMap<>();
    features.forEach((type, rows) -> numNodes.put(type, rows.numNodes()));
    Map<EdgeType, Csr> edges = new LinkedHashMap<>();
    for (EdgeType type : metadata.edgeTypes()) {
      Tensor index = inputs.get("edge_index." + type);
      edges.put(
          type,
          Csr.of(
              numNodes.get(type.target()),
              numNodes.get(type.source()),
              index.slice(1).toInts(),
              index.slice(0).toInts()));
    }
    return new HeteroGraph(numNodes, edges);
  }
}
