package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;

/** Halves images with a convolution. */
final class Downsample2D extends Module implements Resampler {
  private final Conv2d conv;
  private final boolean padsEnd;

  /**
   * A layer.
   *
   * @param padding 1 on all sides, or 0 to pad only the right and the lower side
   */
  Downsample2D(int channels, int padding, Initializer initializer) {
    this.padsEnd = padding == 0;
    ConvOptions options = ConvOptions.kernelSize(3).withStride(2).withPadding(padding);
    this.conv = child("conv", Conv2d.of(channels, channels, options, initializer));
  }

  @Override
  public Tensor forward(Tensor x, Tensor time, Size target) {
    return conv.forward(padsEnd ? padded(x) : x);
  }

  private static Tensor padded(Tensor x) {
    Tensor column = Tensor.zeros(x.dtype(), Shape.of(x.size(0), x.size(1), x.size(2), 1));
    Tensor wide = Indexing.cat(3, List.of(x, column));
    Tensor row = Tensor.zeros(x.dtype(), Shape.of(x.size(0), x.size(1), 1, x.size(3) + 1));
    return Indexing.cat(2, List.of(wide, row));
  }
}
