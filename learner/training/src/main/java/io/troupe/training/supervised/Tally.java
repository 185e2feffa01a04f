package io.troupe.training.supervised;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Adds up the figures of an evaluation over its batches, each as a sum and how many it is of; for
 * classes also which was taken for which. Not thread-safe.
 */
public final class Tally {
  private final Map<String, double[]> sums = new LinkedHashMap<>(); // sum, count
  private final IntStream.Builder predictions = IntStream.builder();
  private long[][] confusion;

  /**
   * Adds to a figure.
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
   * Counts an example of a class; {@code accuracy} counts with it.
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

  /** The mean of each figure under {@code eval_NAME}. */
  public Map<String, Double> means() {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, total) -> means.put("eval_" + name, total[0] / total[1]));
    return means;
  }

  /** How often each class (row) was taken for each (column); empty where there are none. */
  public Optional<long[][]> confusion() {
    return Optional.ofNullable(confusion);
  }

  /** The class that each example was taken for, in the order in which they were counted; once. */
  public int[] predictions() {
    return predictions.build().toArray();
  }
}
