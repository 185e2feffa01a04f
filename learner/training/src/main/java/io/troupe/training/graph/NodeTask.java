package io.troupe.training.graph;

import io.troupe.nn.graph.Graph;
import io.troupe.nn.graph.NeighborSample;
import io.troupe.nn.graph.NeighborSampler;
import io.troupe.nn.graph.NodeClassifier;
import io.troupe.nn.graph.NodeFeatures;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.Monitor;
import java.util.List;

/**
 * Trains a classifier of the nodes of a graph. A mini-batch has indices of nodes as {@code input}
 * and their classes as {@code label}; the task has the graph and its features.
 *
 * @param module the network
 * @param graph all nodes, also those outside the training set
 * @param x features of each node
 * @param numNeighbors edges per node at each hop that a step draws for GraphSAGE, -1 for all; empty
 *     for steps over the whole graph
 * @param labelSmoothing the share of each label that is spread over all classes
 */
public record NodeTask(
    NodeClassifier<?> module,
    Graph graph,
    NodeFeatures x,
    List<Integer> numNeighbors,
    double labelSmoothing)
    implements NodeScores {
  /** Checks that neighbors are sampled only for a network that supports it. */
  public NodeTask {
    numNeighbors = List.copyOf(numNeighbors);
    if (!numNeighbors.isEmpty() && module.sampledPass().isEmpty()) {
      throw new IllegalArgumentException(
          "num_neighbors must be empty, got "
              + numNeighbors
              + "; only graphsage learns from samples of neighbors");
    }
  }

  /** Steps over the whole graph, without label smoothing. */
  public NodeTask(NodeClassifier<?> module, Graph graph, NodeFeatures x) {
    this(module, graph, x, List.of(), 0);
  }

  @Override
  public Tensor scores(Tensor nodes, Philox random) {
    if (!numNeighbors.isEmpty()) {
      NeighborSample sample =
          new NeighborSampler(graph, numNeighbors, random).sample(0, nodes.toInts());
      return module.sampledPass().orElseThrow().forward(x.rows(sample.nodes()), sample);
    }
    return Indexing.embedding(module.forward(x, graph), nodes);
  }

  @Override
  public Tensor scores() {
    return module.forward(x, graph);
  }

  /** The loss: on a small validation set many checkpoints tie on accuracy. */
  @Override
  public Monitor monitor() {
    return Monitor.LOSS;
  }
}
