package io.troupe.training.graph;

import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.tensor.Tensor;
import io.troupe.training.supervised.Tally;

/** Counts what scores of classes get right. */
final class Classification {
  private Classification() {}

  /**
   * Adds loss and predictions to a tally.
   *
   * @param scores (examples, classes)
   * @param labels (examples)
   */
  static void count(Tensor scores, Tensor labels, Tally tally) {
    int numExamples = labels.size(0);
    tally.add(
        "loss", CrossEntropyLoss.of().forward(scores, labels).item() * numExamples, numExamples);
    int[] predicted = scores.argmax().toInts();
    int[] expected = labels.toInts();
    for (int i = 0; i < numExamples; i++) {
      tally.classified(scores.size(1), expected[i], predicted[i]);
    }
  }
}
