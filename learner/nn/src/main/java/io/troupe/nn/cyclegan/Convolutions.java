package io.troupe.nn.cyclegan;

import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.ConvTranspose2d;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;

/**
 * Creates convolutions with the initial weights of CycleGAN: normal with deviation 0.02, biases 0.
 *
 * @param norm after them
 */
record Convolutions(ChannelNorm norm, Initializer initializer) {
  private static final double DEVIATION = 0.02;

  /** A convolution that no norm follows. */
  Layer last(int in, int out, ConvOptions options) {
    return Conv2d.normal(in, out, options, DEVIATION, initializer);
  }

  /** A convolution before the norm. */
  Layer normed(int in, int out, ConvOptions options) {
    return last(in, out, norm.before(options));
  }

  /** A transposed convolution that no norm follows. */
  Layer lastUp(int in, int out, ConvOptions options) {
    return ConvTranspose2d.normal(in, out, options, DEVIATION, initializer);
  }

  /**
   * A transposed convolution before the norm.
   *
   * @param outputPadding rows and columns added at the end
   */
  Layer normedUp(int in, int out, ConvOptions options, int outputPadding) {
    return ConvTranspose2d.normal(
        in, out, norm.before(options), outputPadding, DEVIATION, initializer);
  }

  /** The norm. */
  Layer normOf(int channels) {
    return norm.layer(channels, initializer);
  }
}
