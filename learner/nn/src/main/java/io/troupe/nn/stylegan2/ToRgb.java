package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;

/** The layer from features to the channels of an image: a modulated convolution of 1 x 1. */
final class ToRgb extends Module {
  private final Modulation convolution;
  private final Tensor bias;
  private final double clamp;

  ToRgb(int wDim, int in, int channels, double clamp, Initializer initializer) {
    this.convolution =
        child("", new Modulation(wDim, in, channels, 1, Resize.NONE, null, initializer));
    this.bias = parameter("bias", initializer.constant(0, channels));
    this.clamp = clamp;
  }

  Dual forward(Dual x, Dual w) {
    return ScaledLeakyReLU.linear(1, clamp)
        .forward(convolution.plain(x, w).add(bias.reshape(1, -1, 1, 1)));
  }
}
