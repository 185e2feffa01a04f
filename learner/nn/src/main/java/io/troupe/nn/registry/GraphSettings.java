package io.troupe.nn.registry;

import io.troupe.nn.graph.Aggr;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Settings and inputs of graph models, with PyTorch Geometric's names. */
final class GraphSettings {
  static final Hyperparameter<Integer> NUM_LAYERS =
      Hyperparameter.whole("num_layers", 2, 1, 64, "graph convolutions");
  static final Hyperparameter<Double> DROPOUT = dropout(0.5);

  private static final InputSize NODES = InputSize.any("nodes");
  private static final InputSize EDGES = new InputSize("edges", 0, Integer.MAX_VALUE, 1);

  private static final Pattern CONVS = Pattern.compile("convs\\.(\\d{1,4})(\\..*)");

  private GraphSettings() {}

  static Hyperparameter<Integer> inChannels(int byDefault) {
    return Hyperparameter.whole("in_channels", byDefault, 1, 1 << 24, "features of a node");
  }

  static Hyperparameter<Integer> hiddenChannels(int byDefault) {
    return Hyperparameter.whole(
        "hidden_channels", byDefault, 1, 1 << 16, "features of a node between layers");
  }

  static Hyperparameter<Integer> outChannels(int byDefault) {
    return Hyperparameter.whole("out_channels", byDefault, 1, 1 << 16, "classes");
  }

  static Hyperparameter<Double> dropout(double byDefault) {
    return Hyperparameter.real("dropout", byDefault, 0, 0.99, "dropout probability in training");
  }

  static Hyperparameter<String> aggr(String name, Aggr byDefault, String summary) {
    return Hyperparameter.choice(
        name,
        published(byDefault),
        Arrays.stream(Aggr.values()).map(GraphSettings::published).toList(),
        summary);
  }

  private static String published(Aggr aggr) {
    return aggr.name().toLowerCase(Locale.ROOT);
  }

  static Aggr aggr(Settings settings, Hyperparameter<String> parameter) {
    return Aggr.valueOf(settings.get(parameter).toUpperCase(Locale.ROOT));
  }

  /** The features of the nodes and the edges between them. */
  static List<InputTensor> ofNodes(int inChannels) {
    return List.of(
        InputTensor.floats("x", NODES, InputSize.exactly("features", inChannels)),
        InputTensor.integers("edge_index", InputSize.exactly("ends", 2), EDGES));
  }

  /** The graph of each node; one graph if it is missing. */
  static InputTensor batch() {
    return InputTensor.integers("batch", NODES).optional();
  }

  /** A weight for each edge; 1 if it is missing. */
  static InputTensor edgeWeight() {
    return InputTensor.floats("edge_weight", EDGES).optional();
  }

  /**
   * PyTorch Geometric's models have a list {@code convs}, counted from 0; the networks of its
   * examples have {@code conv1}, {@code conv2} and so on.
   */
  static String nameInExamples(String tensor) {
    Matcher matcher = CONVS.matcher(tensor);
    return matcher.matches()
        ? "conv" + (Integer.parseInt(matcher.group(1)) + 1) + matcher.group(2)
        : tensor;
  }
}
