package io.troupe.nn.stylegan2;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.random.Philox;

/** The noise that a generator adds in each layer: fine random detail. */
public sealed interface Noise {
  /** No noise. */
  record None() implements Noise {}

  /** The noise of the buffers {@code noise_const}: the same for every image. */
  record Constant() implements Noise {}

  /**
   * Noise of its own for each image.
   *
   * @param draws from the number of a layer and the shape of the noise of an image, (1, height,
   *     width), to standard normal numbers, (batch, 1, height, width)
   */
  record Random(Draws draws) implements Noise {}

  /** Makes noise. */
  @FunctionalInterface
  interface Draws {
    /** The noise of a layer; the same in each call. */
    Tensor of(int layer, Shape each);
  }

  /** Noise of a training step; the same in each pass with this object. */
  static Noise of(Philox random, int batch, DType dtype) {
    return new Random(
        (layer, each) -> RandomOps.normal(dtype, each.prepend(batch), random.derive(layer)));
  }
}
