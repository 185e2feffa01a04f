package io.troupe.training.graph;

import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.hetero.HGTSampler;
import io.troupe.nn.hetero.HeteroGraph;
import io.troupe.nn.hetero.HeteroNodeClassifier;
import io.troupe.nn.hetero.HeteroSample;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.Monitor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Trains a classifier of the nodes of one type of a graph with several types. A mini-batch has
 * indices of nodes as {@code input} and their classes as {@code label}; the task has the graph and
 * its features.
 *
 * @param module the network
 * @param graph all nodes, also those outside the training set
 * @param x features of each node, by type
 * @param numSamples nodes of each type that a step draws in each iteration of {@link HGTSampler};
 *     empty for steps over the whole graph
 * @param labelSmoothing the share of each label that is spread over all classes
 */
public record HeteroNodeTask(
    HeteroNodeClassifier module,
    HeteroGraph graph,
    Map<String, NodeFeatures> x,
    List<Integer> numSamples,
    double labelSmoothing)
    implements NodeScores {
  /** Checks that samples are used only for a network that supports them. */
  public HeteroNodeTask {
    x = Collections.unmodifiableMap(new LinkedHashMap<>(x));
    numSamples = List.copyOf(numSamples);
    if (!numSamples.isEmpty() && !module.learnsFromSamples()) {
      throw new IllegalArgumentException(
          "num_neighbors must be empty, got " + numSamples + "; only hgt learns from samples");
    }
  }

  /** A task on a dataset; graph and features are made in the current scope. */
  public static HeteroNodeTask of(
      HeteroNodeClassifier module,
      HeteroDataset data,
      List<Integer> numSamples,
      double labelSmoothing) {
    Map<String, NodeFeatures> features = new LinkedHashMap<>();
    data.features().forEach((type, rows) -> features.put(type, GraphTensors.features(rows)));
    return new HeteroNodeTask(
        module, GraphTensors.graph(data), features, numSamples, labelSmoothing);
  }

  @Override
  public Tensor scores(Tensor nodes, Philox random) {
    if (numSamples.isEmpty()) {
      return Indexing.embedding(module.forward(x, graph), nodes);
    }
    int[] targets = nodes.toInts();
    HeteroSample sample =
        new HGTSampler(graph, numSamples, random).sample(module.target(), targets);
    Map<String, NodeFeatures> ofSample = new LinkedHashMap<>();
    x.forEach((type, rows) -> ofSample.put(type, rows.rows(sample.nodes().get(type))));
    Tensor scores = module.forward(ofSample, sample.graph());
    return Indexing.embedding(
        scores, Tensor.of(IntStream.range(0, targets.length).toArray(), targets.length));
  }

  @Override
  public Tensor scores() {
    return module.forward(x, graph);
  }

  /** The macro F1: the loss grows while classes that are learned late still improve. */
  @Override
  public Monitor monitor() {
    return Monitor.MACRO_F1;
  }
}
