package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Pooling;

/**
 * The mean of each window, as {@code torch.nn.AvgPool2d}: (batch, channels, height, width) to
 * (batch, channels, outHeight, outWidth).
 *
 * @param options size, stride and padding of the window; no dilation
 */
public record AvgPool2d(PoolOptions options) implements Layer {
  /** Checks that there is no dilation. */
  public AvgPool2d {
    if (options.window().height().dilation() != 1 || options.window().width().dilation() != 1) {
      throw new IllegalArgumentException("dilation of average pooling must be 1");
    }
  }

  /** Adjacent square windows. */
  public static AvgPool2d of(int kernelSize) {
    return new AvgPool2d(PoolOptions.kernelSize(kernelSize));
  }

  @Override
  public Tensor forward(Tensor x) {
    return Pooling.avgPool2d(x, options.window(), options.ceilMode(), options.countIncludePad());
  }
}
