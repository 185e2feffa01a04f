package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;

/** Attention between the places of an image, with a residual connection. */
abstract class BlockAttention extends Module {
  /**
   * Applies the attention.
   *
   * @param x (batch, channels, height, width)
   * @param text what the attention may read besides the image; null for none
   * @return the same shape
   */
  abstract Tensor forward(Tensor x, TextContext text);

  /** (batch, channels, height, width) to (batch, height * width, channels). */
  static Tensor sequence(Tensor x) {
    return x.reshape(x.size(0), x.size(1), x.size(2) * x.size(3)).transpose(1, 2);
  }

  /** (batch, height * width, channels) to (batch, channels, height, width). */
  static Tensor image(Tensor sequence, Size size) {
    return sequence
        .transpose(1, 2)
        .reshape(sequence.size(0), sequence.size(2), size.height(), size.width());
  }
}
