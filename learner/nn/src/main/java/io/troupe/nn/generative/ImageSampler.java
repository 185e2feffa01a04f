package io.troupe.nn.generative;

import io.troupe.tensor.Tensor;

/** Draws images from a trained model. */
@FunctionalInterface
public interface ImageSampler {
  /**
   * Draws images, with the model in the mode it is in and without recording gradients. An image is
   * a function of the seed, its index and its label, whatever is drawn beside it.
   *
   * @return in [0, 1], (batch, channels, height, width), in the current scope
   * @throws IllegalArgumentException if labels are asked for that the model does not know
   */
  Tensor sample(SampleRequest request);
}
