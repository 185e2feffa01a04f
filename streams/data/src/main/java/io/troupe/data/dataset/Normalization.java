package io.troupe.data.dataset;

import java.util.Arrays;
import java.util.List;

/**
 * Subtracts the mean of each channel and divides by its standard deviation, as {@code Normalize} of
 * torchvision. Inputs of one dimension have one channel per feature.
 *
 * @param mean by channel; one for all, or empty to change nothing
 * @param std of as many channels
 */
public record Normalization(List<Double> mean, List<Double> std) {
  /** Changes nothing. */
  public static final Normalization NONE = new Normalization(List.of(), List.of());

  /** Checks the number of values and that standard deviations are positive. */
  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "mean and std must have the same number of values, one per channel, got "
              + mean.size()
              + " and "
              + std.size());
    }
    if (std.stream().anyMatch(s -> !(s > 0) || !Double.isFinite(s))
        || mean.stream().anyMatch(m -> !Double.isFinite(m))) {
      throw new IllegalArgumentException(
          "mean must be finite and std finite and > 0, got mean=" + mean + " and std=" + std);
    }
  }

  /**
   * The mean and standard deviation of data, by channel.
   *
   * @param numExamples number of examples
   * @param sizes of one example
   */
  static Normalization of(ExampleValues values, int numExamples, List<Integer> sizes) {
    int channels = sizes.get(0);
    int inner = Column.numel(sizes) / channels;
    double[] sums = new double[channels];
    double[] squares = new double[channels];
    float[] example = new float[channels * inner];
    for (int i = 0; i < numExamples; i++) {
      values.read(i, example, 0);
      for (int at = 0; at < example.length; at++) {
        sums[at / inner] += example[at];
        squares[at / inner] += (double) example[at] * example[at];
      }
    }
    double count = (double) numExamples * inner;
    Double[] means = new Double[channels];
    Double[] deviations = new Double[channels];
    for (int c = 0; c < channels; c++) {
      means[c] = sums[c] / count;
      double variance = Math.max(0, squares[c] / count - means[c] * means[c]);
      deviations[c] = variance < 1e-12 ? 1 : Math.sqrt(variance); // a constant stays finite
    }
    return new Normalization(Arrays.asList(means), Arrays.asList(deviations));
  }

  /**
   * Normalizes examples in place.
   *
   * @param values of consecutive whole examples
   * @param sizes of one example
   * @throws IllegalArgumentException if the number of channels differs
   */
  public void apply(float[] values, List<Integer> sizes) {
    each(values, sizes, (value, m, s) -> (value - m) / s);
  }

  /** Reverses {@link #apply} in place, such as for showing images. */
  public void undo(float[] values, List<Integer> sizes) {
    each(values, sizes, (value, m, s) -> value * s + m);
  }

  @FunctionalInterface
  private interface Change {
    float of(float value, float mean, float std);
  }

  private void each(float[] values, List<Integer> sizes, Change change) {
    if (mean.isEmpty()) {
      return;
    }
    int channels = sizes.get(0);
    if (mean.size() != 1 && mean.size() != channels) {
      throw new IllegalArgumentException(
          "mean and std must have one value for all or for each of the %d channels, got %d"
              .formatted(channels, mean.size()));
    }
    int inner = Column.numel(sizes) / channels;
    for (int from = 0; from < values.length; from += inner) {
      int channel = mean.size() == 1 ? 0 : from / inner % channels;
      float m = mean.get(channel).floatValue();
      float s = std.get(channel).floatValue();
      for (int i = from; i < from + inner; i++) {
        values[i] = change.of(values[i], m, s);
      }
    }
  }
}
