package io.troupe.nn.generative;

import io.troupe.tensor.Tensor;

/** A network whose input is noised images with a time for each. */
@FunctionalInterface
public interface TimedNetwork {
  /** The label of an image without a label, or with a hidden label. */
  int NO_LABEL = -1;

  /**
   * Predicts the noise, or the velocity, of each image.
   *
   * @param x (batch, channels, height, width)
   * @param timesteps one for each image
   * @param labels the class of each image or {@link #NO_LABEL}; empty when there are none
   * @return the shape of {@code x}
   */
  Tensor forward(Tensor x, double[] timesteps, int[] labels);
}
