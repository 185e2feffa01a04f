package io.troupe.training.supervised;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Accumulates the metrics of an evaluation over its batches, each as a sum and a count, and the
 * confusion matrix of classes. Not thread-safe.
 */
public final class Tally {
  private final Map<String, double[]> sums = new LinkedHashMap<>(); // sum, count
  private final IntStream.Builder predictions = IntStream.builder();
  private long[][] confusion;

  /**
   * Adds to a metric.
   *
   * @param name such as {@code loss}
   * @param sum over {@code count} examples
   */
  public void add(String name, double sum, double count) {
    double[] total = sums.computeIfAbsent(name, _ -> new double[2]);
    total[0] += sum;
    total[1] += count;
  }

  /**
   * Counts the prediction for an example, also in {@code accuracy}.
   *
   * @param numClasses labels and predictions are below it
   */
  public void classified(int numClasses, int label, int predicted) {
    if (confusion == null) {
      confusion = new long[numClasses][numClasses];
    }
    confusion[label][predicted]++;
    predictions.add(predicted);
    add("accuracy", label == predicted ? 1 : 0, 1);
  }

  /** The mean of each metric under {@code eval_NAME}. */
  public Map<String, Double> means() {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, total) -> means.put("eval_" + name, total[0] / total[1]));
    return means;
  }

  /**
   * The confusion matrix: counts by label (row) and prediction (column); empty if there are no
   * classes.
   */
  public Optional<long[][]> confusion() {
    return Optional.ofNullable(confusion);
  }

  /** The predicted class of each example, in the order of counting. */
  public int[] predictions() {
    return predictions.build().toArray();
  }
}
