package io.troupe.training.graph;

import io.troupe.nn.graph.Graph;
import io.troupe.nn.graph.GraphBatch;
import io.troupe.nn.graph.GraphClassifier;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.graph.GraphDataset;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.Classification;
import io.troupe.training.supervised.Monitor;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.Tally;
import java.util.Arrays;
import java.util.List;

/**
 * Trains a classifier of graphs. A mini-batch has indices of graphs as {@code input} and their
 * classes as {@code label}; the task has the graphs. The input of a node is its one-hot encoded
 * tag.
 */
public final class GraphTask implements SupervisedTask {
  private final GraphClassifier module;
  private final GraphDataset data;
  private final List<Graph> graphs;
  private final CrossEntropyLoss loss;

  /**
   * A task on all graphs of a dataset.
   *
   * @param labelSmoothing the share of each label that is spread over all classes
   */
  public GraphTask(GraphClassifier module, GraphDataset data, double labelSmoothing) {
    this.module = module;
    this.data = data;
    this.graphs = data.graphs().stream().map(graph -> GraphTensors.graph(graph.edges())).toList();
    this.loss = CrossEntropyLoss.of().withLabelSmoothing(labelSmoothing);
  }

  @Override
  public GraphClassifier module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    return loss.forward(scores(batch), BatchTensors.of(batch, "label"));
  }

  private Tensor scores(MiniBatch batch) {
    int[] chosen = BatchTensors.of(batch, "input").toInts();
    GraphBatch graph = GraphBatch.of(Arrays.stream(chosen).mapToObj(graphs::get).toList());
    float[] x = new float[graph.graph().numNodes() * data.numTags()];
    int node = 0;
    for (int g : chosen) {
      for (int tag : data.graphs().get(g).tags()) {
        x[node++ * data.numTags() + tag] = 1;
      }
    }
    return module.forward(Tensor.of(x, node, data.numTags()), graph);
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Classification.count(scores(batch), BatchTensors.of(batch, "label"), tally);
  }

  @Override
  public Monitor monitor() {
    return Monitor.ACCURACY;
  }
}
