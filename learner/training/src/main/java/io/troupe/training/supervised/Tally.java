package io.troupe.training.supervised;

import io.troupe.tensor.Tensor;
import io.troupe.training.generated.GeneratedImages;
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
  private boolean ofPixels;
  private boolean measuresMacroF1;
  private GeneratedImages generated;

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

  /**
   * Counts the prediction for a pixel, also in {@code accuracy} and {@code mean_iou}.
   *
   * @param numClasses labels and predictions are below it
   */
  public void segmented(int numClasses, int label, int predicted) {
    ofPixels = true;
    classified(numClasses, label, predicted);
  }

  /** Adds the metric {@code macro_f1}, which is computed from the counted predictions. */
  public void measureMacroF1() {
    measuresMacroF1 = true;
  }

  /**
   * Compares generated images with real ones.
   *
   * @param judge the same in each call
   * @param realImages in [0, 1], (batch, channels, height, width)
   * @param generatedImages in [0, 1], of the same shape
   */
  public void compare(GeneratedImages.Judge judge, Tensor realImages, Tensor generatedImages) {
    if (generated == null) {
      generated = new GeneratedImages(judge);
    }
    generated.add(realImages, generatedImages);
  }

  /** The mean of each metric, and other measures, under {@code eval_NAME}. */
  public Map<String, Double> means() {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, total) -> means.put("eval_" + name, total[0] / total[1]));
    if (ofPixels) {
      means.put("eval_mean_iou", meanIou());
    }
    if (measuresMacroF1) {
      means.put("eval_macro_f1", macroF1());
    }
    if (generated != null) {
      generated.measures().forEach((name, value) -> means.put("eval_" + name, value));
    }
    return means;
  }

  /**
   * The intersection of labels and predictions over their union, averaged over the classes that
   * occur in either.
   */
  private double meanIou() {
    double sum = 0;
    int numOccurring = 0;
    for (int k = 0; k < confusion.length; k++) {
      long union = -confusion[k][k];
      for (int other = 0; other < confusion.length; other++) {
        union += confusion[k][other] + confusion[other][k];
      }
      if (union > 0) {
        sum += (double) confusion[k][k] / union;
        numOccurring++;
      }
    }
    return sum / numOccurring;
  }

  /**
   * The mean over the classes of the harmonic mean of precision and recall; 0 for a class that
   * occurs neither as a label nor as a prediction.
   */
  private double macroF1() {
    double sum = 0;
    for (int k = 0; k < confusion.length; k++) {
      long occurrences = 0;
      for (int other = 0; other < confusion.length; other++) {
        occurrences += confusion[k][other] + confusion[other][k];
      }
      sum += occurrences == 0 ? 0 : 2.0 * confusion[k][k] / occurrences;
    }
    return sum / confusion.length;
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
