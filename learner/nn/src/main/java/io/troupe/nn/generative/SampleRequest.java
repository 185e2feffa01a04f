package io.troupe.nn.generative;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.random.Philox;

/**
 * A request for samples.
 *
 * @param seed of the run
 * @param firstIndex the index of the first image; the others are consecutive
 * @param count how many, above 0
 * @param labels the class of each image, or {@link TimedNetwork#NO_LABEL}; empty for none
 */
public record SampleRequest(long seed, long firstIndex, int count, int[] labels) {
  /** Checks the count; the labels are not copied. */
  public SampleRequest {
    if (count < 1) {
      throw new IllegalArgumentException("the number of samples must be 1 or more, got " + count);
    }
    if (labels.length != 0 && labels.length != count) {
      throw new IllegalArgumentException(
          "labels must be one per sample or none, got "
              + labels.length
              + " for "
              + count
              + " samples");
    }
  }

  /** Images without labels. */
  public static SampleRequest of(long seed, int count) {
    return new SampleRequest(seed, 0, count, new int[0]);
  }

  /** Checks that no labels are requested, for a model without labels. */
  public void requireNoLabels(String model) {
    if (labels.length != 0) {
      throw new IllegalArgumentException(
          "labels must be empty for " + model + ", which has no classes");
    }
  }

  /** The generator of everything drawn for sample {@code i} of this request. */
  private Philox generator(int i) {
    return Philox.of(seed).derive(firstIndex + i);
  }

  /**
   * Normal numbers for each sample, as a function of the seed, the index of the sample and the
   * draw.
   *
   * @param draw which of the sample's draws, such as the number of the step
   * @param each the shape of one sample
   */
  public Tensor normal(DType dtype, long draw, Shape each) {
    Tensor noise = Tensor.empty(dtype, each.prepend(count));
    for (int i = 0; i < count; i++) {
      Backend.of(noise).random().normal(noise.slice(i), generator(i).derive(draw));
    }
    return noise;
  }
}
