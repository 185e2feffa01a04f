package io.troupe.nn.diffusers;

import io.troupe.tensor.Tensor;

/** The size of images. */
record Size(int height, int width) {
  static Size of(Tensor images) {
    return new Size(images.size(2), images.size(3));
  }
}
