package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Upsample;
import io.troupe.tensor.Tensor;

/** Doubles images by repeating pixels, or repeats them to a target size, before a convolution. */
final class Upsample2D extends Module implements Resampler {
  private final Conv2d conv;

  Upsample2D(int channels, Initializer initializer) {
    ConvOptions options = ConvOptions.kernelSize(3).withPadding(1);
    this.conv = child("conv", Conv2d.of(channels, channels, options, initializer));
  }

  @Override
  public Tensor forward(Tensor x, Tensor time, Size target) {
    Upsample repeat =
        target == null ? Upsample.nearest(2) : Upsample.nearestTo(target.height(), target.width());
    return conv.forward(repeat.forward(x));
  }
}
