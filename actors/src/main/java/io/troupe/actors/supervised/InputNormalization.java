package io.troupe.actors.supervised;

import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.training.graph.NodeScores;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The normalization of a model's training inputs, which is applied to the inputs of predictions
 * too.
 */
public sealed interface InputNormalization {
  /** Whether it normalizes the input tensor of this name. */
  boolean appliesTo(String tensor);

  /**
   * Normalizes values in place.
   *
   * @param values of whole examples, in order
   * @param sizes of one example
   * @param areBytes whether the values were stored as bytes
   * @throws IllegalArgumentException if the number of channels differs from that of training
   */
  void apply(float[] values, List<Integer> sizes, boolean areBytes);

  /**
   * Divides values by a scale, then normalizes each channel by its mean and standard deviation.
   *
   * @param scale 0 for 255 if the values are bytes, and 1 otherwise
   */
  record Channels(double scale, Normalization normalization) implements InputNormalization {
    private static final double LARGEST_BYTE = 255;

    @Override
    public boolean appliesTo(String tensor) {
      return tensor.equals("input");
    }

    @Override
    public void apply(float[] values, List<Integer> sizes, boolean areBytes) {
      int channels = normalization.mean().size();
      if (channels > 1 && channels != sizes.getFirst()) {
        throw new IllegalArgumentException(
            "input must have %d channels, as in training, got %d; its shape is (batch, %d, ...)"
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

    /** The first three values with four digits. */
    private static String rounded(List<Double> values) {
      List<String> first =
          values.stream().limit(3).map(value -> String.format(Locale.ROOT, "%.4g", value)).toList();
      return String.join("/", first) + (values.size() > first.size() ? "/..." : "");
    }
  }

  /** Divides the features of each node by their sum, if that is above 1. */
  record NodeShares() implements InputNormalization {
    @Override
    public boolean appliesTo(String tensor) {
      return tensor.equals("x") || tensor.startsWith("x."); // x.TYPE: nodes of one type
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

  /** The normalization of a run; empty without one. */
  static Optional<InputNormalization> of(SupervisedInputs inputs) {
    DatasetConfig dataset = inputs.config().dataset();
    if (inputs.task() instanceof NodeScores) {
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
