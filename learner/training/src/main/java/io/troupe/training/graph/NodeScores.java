package io.troupe.training.graph;

import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.Classification;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.Tally;

/**
 * A task that classifies nodes of one graph. A mini-batch has indices of nodes as {@code input} and
 * their classes as {@code label}.
 */
public interface NodeScores extends SupervisedTask {
  /** The class scores of all nodes that can be classified, (nodes, classes). */
  Tensor scores();

  /**
   * The class scores of some nodes, in training.
   *
   * @param nodes INT32, (nodes)
   * @param random of this step, for a task that samples the graph
   * @return (nodes, classes)
   */
  Tensor scores(Tensor nodes, Philox random);

  /** The share of each label that is spread over all classes in training. */
  double labelSmoothing();

  @Override
  default Tensor loss(MiniBatch batch, Philox random) {
    Tensor scores = scores(BatchTensors.of(batch, "input"), random);
    return CrossEntropyLoss.of()
        .withLabelSmoothing(labelSmoothing())
        .forward(scores, BatchTensors.of(batch, "label"));
  }

  /** Adds the loss, the accuracy and the macro F1. */
  @Override
  default void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Tensor scores = Indexing.embedding(scores(), BatchTensors.of(batch, "input"));
    Classification.count(scores, BatchTensors.of(batch, "label"), tally);
    tally.measureMacroF1();
  }
}
