package io.troupe.nn.generative;

import io.troupe.tensor.Tensor;

/** Samples images from a trained model. */
@FunctionalInterface
public interface ImageSampler {
  /**
   * Samples images in the current mode of the model, without recording gradients. An image is a
   * function of the seed, its index and its label; it does not depend on the rest of the batch.
   *
   * @return in [0, 1], (batch, channels, height, width), in the current scope
   * @throws IllegalArgumentException if the model does not have a requested label
   */
  Tensor sample(SampleRequest request);
}
