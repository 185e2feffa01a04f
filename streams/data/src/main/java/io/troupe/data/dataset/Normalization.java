package io.troupe.data.dataset;

import java.util.Arrays;
import java.util.List;

/**
 * Takes the mean off each channel and divides by its standard deviation, as {@code Normalize} of
 * torchvision. Inputs of one dimension have one channel a feature.
 *
 * @param mean by channel; one for all, or empty to change nothing
 * @param std as many
 */
public record Normalization(List<Double> mean, List<Double> std) {
  /** Changes nothing. */
  public static final Normalization NONE = new Normalization(List.of(), List.of());

  /** Checks that there are as many of both, and that one can divide by the deviations. */
  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "mean has "
              + mean.size()
              + " and std "
              + std.size()
              + " values: give one a channel each");
    }
    if (std.stream().anyMatch(s -> !(s > 0) || !Double.isFinite(s))
        || mean.stream().anyMatch(m -> !Double.isFinite(m))) {
      throw new IllegalArgumentException(
          "mean=" + mean + " and std=" + std + ": deviations are above 0, and all are finite");
    }
  }

  /**
   * The mean and deviation that data has, channel by channel.
   *
   * @param numExamples how many of them
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
   * Normalises examples in place.
   *
   * @param values of whole examples, one after the other
   * @param sizes of one example
   * @throws IllegalArgumentException if it is for another number of channels
   */
  public void apply(float[] values, List<Integer> sizes) {
    each(values, sizes, (value, m, s) -> (value - m) / s);
  }

  /** Undoes {@link #apply} in place, such as for pictures to be looked at. */
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
          "mean and std have %d values, but the inputs have %d channels: give one each, or one for all"
              .formatted(mean.size(), channels));
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
