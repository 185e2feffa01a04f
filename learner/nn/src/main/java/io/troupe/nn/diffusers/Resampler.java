package io.troupe.nn.diffusers;

import io.troupe.tensor.Tensor;

/** Changes the size of images between two levels of a network. */
interface Resampler {
  /**
   * Resamples images.
   *
   * @param x (batch, channels, height, width)
   * @param time (batch, timeChannels); null without time
   * @param target the size of the next level if it is known, or null
   */
  Tensor forward(Tensor x, Tensor time, Size target);
}
