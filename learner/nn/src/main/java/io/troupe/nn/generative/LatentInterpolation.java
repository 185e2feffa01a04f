package io.troupe.nn.generative;

import io.troupe.tensor.Tensor;

/** Images between two others: those of the points on a line between their latent vectors. */
public interface LatentInterpolation {
  /**
   * Images between those of two requests, in the current mode of the model, without recording
   * gradients.
   *
   * @param from samples at position 0
   * @param to as many samples, at position 1
   * @param position in [0, 1]
   * @return in [0, 1], (batch, channels, height, width), in the current scope
   * @throws IllegalArgumentException if the model does not have a requested label
   */
  Tensor between(SampleRequest from, SampleRequest to, double position);
}
