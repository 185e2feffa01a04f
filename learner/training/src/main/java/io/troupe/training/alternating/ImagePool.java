package io.troupe.training.alternating;

import io.troupe.nn.Module;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * Generated images of earlier steps, from which a discriminator learns as well (arXiv:1612.07828).
 * Its images belong to the state of a run.
 */
final class ImagePool extends Module {
  private static final int DRAWS = 2; // random numbers of an image

  private final Tensor images; // (size, channels, height, width)
  private final Tensor numHeld;

  /**
   * An empty pool in the current scope.
   *
   * @param size maximum number of images, at least 1
   * @param image (channels, height, width)
   */
  ImagePool(int size, Shape image) {
    this.images = buffer("images", Tensor.zeros(DType.FLOAT32, image.prepend(size)));
    this.numHeld = buffer("num_held", Tensor.zeros(DType.INT64, Shape.of()));
  }

  /**
   * Exchanges new images. Until the pool is full, it keeps each image and returns it. After that it
   * returns, with equal probability, either the new image or one of its own images, which the new
   * one replaces.
   *
   * @param generated (batch, channels, height, width), without gradients
   * @param random of this call
   * @return of the same shape
   */
  Tensor exchange(Tensor generated, Philox random) {
    Tensor returned = Tensor.empty(generated.dtype(), generated.shape());
    for (int i = 0; i < generated.size(0); i++) {
      Tensor image = generated.slice(i);
      Tensor result = returned.slice(i);
      int held = (int) numHeld.getLong(0);
      if (held < images.size(0)) {
        images.slice(held).copyFrom(image);
        numHeld.filli(held + 1);
        result.copyFrom(image);
      } else if (random.uniform((long) DRAWS * i) < 0.5) {
        result.copyFrom(image);
      } else {
        Tensor kept = images.slice((int) (random.uniform((long) DRAWS * i + 1) * held));
        result.copyFrom(kept);
        kept.copyFrom(image);
      }
    }
    return returned;
  }
}
