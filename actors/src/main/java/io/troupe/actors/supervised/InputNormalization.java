package io.troupe.actors.supervised;

import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.training.graph.NodeTask;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was done to the numbers that a model learned from, so that the same can be done to those it
 * is asked about.
 */
public sealed interface InputNormalization {
  /** The tensor of a prediction that it is for. */
  String tensor();

  /**
   * Does it in place.
   *
   * @param values of whole examples, one after the other
   * @param sizes of one example
   * @param areBytes whether they were stored as bytes
   * @throws IllegalArgumentException if it was for another number of channels
   */
  void apply(float[] values, List<Integer> sizes, boolean areBytes);

  /**
   * Numbers were divided by a scale, then each channel got another mean and deviation.
   *
   * @param scale 0: 255 where numbers are bytes, 1 elsewhere
   */
  record Channels(double scale, Normalization normalization) implements InputNormalization {
    private static final double LARGEST_BYTE = 255;

    @Override
    public String tensor() {
      return "input";
    }

    @Override
    public void apply(float[] values, List<Integer> sizes, boolean areBytes) {
      int channels = normalization.mean().size();
      if (channels > 1 && channels != sizes.getFirst()) {
        throw new IllegalArgumentException(
            "the inputs that the model learned from had %d channels, but these have %d: give (batch, %d, ...)"
                .formatted(channels, sizes.getFirst(), channels));
      }
      float divisor = (float) (scale > 0 ? scale : areBytes ? LARGEST_BYTE : 1);
      for (int i = 0; i < values.length; i++) {
        values[i] /= divisor;
      }
      normalization.apply(values, sizes);
    }

    @Override
    public String toString() {
      String divided = scale > 0 ? "divided by " + scale : "";
      String shifted =
          normalization.mean().isEmpty()
              ? ""
              : "mean %s and deviation %s taken out"
                  .formatted(rounded(normalization.mean()), rounded(normalization.std()));
      return divided + (divided.isEmpty() || shifted.isEmpty() ? "" : ", ") + shifted;
    }

    /** As a line can hold it: with four digits, and of many only the first. */
    private static String rounded(List<Double> values) {
      List<String> first =
          values.stream().limit(3).map(value -> String.format(Locale.ROOT, "%.4g", value)).toList();
      return String.join("/", first) + (values.size() > first.size() ? "/..." : "");
    }
  }

  /** The features of each node of a graph were divided by their sum, if that is above 1. */
  record NodeShares() implements InputNormalization {
    @Override
    public String tensor() {
      return "x";
    }

    @Override
    public void apply(float[] values, List<Integer> sizes, boolean areBytes) {
      int features = sizes.getFirst();
      for (int from = 0; from < values.length; from += features) {
        float sum = 0;
        for (int i = from; i < from + features; i++) {
          sum += values[i];
        }
        for (int i = from; i < from + features; i++) {
          values[i] /= Math.max(1, sum);
        }
      }
    }

    @Override
    public String toString() {
      return "the features of each node divided by their sum";
    }
  }

  /** What a run does to its inputs; empty if they are taken as they are. */
  static Optional<InputNormalization> of(SupervisedInputs inputs) {
    DatasetConfig dataset = inputs.config().dataset();
    if (inputs.task() instanceof NodeTask) {
      return dataset.normalize() ? Optional.of(new NodeShares()) : Optional.empty();
    }
    ExampleSpec.Kind kind = inputs.data().splits().train().spec().kind();
    Normalization normalization = inputs.data().splits().normalization();
    boolean changes = dataset.scale() > 0 || !normalization.mean().isEmpty();
    return changes && kind != ExampleSpec.Kind.TOKENS
        ? Optional.of(new Channels(dataset.scale(), normalization))
        : Optional.empty();
  }
}
