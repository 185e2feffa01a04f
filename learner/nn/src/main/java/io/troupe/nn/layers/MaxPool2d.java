package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Pooling;

/**
 * The largest element of each window, as {@code torch.nn.MaxPool2d}: (batch, channels, height,
 * width) to (batch, channels, outHeight, outWidth).
 *
 * @param options size, stride, padding and dilation of the window
 */
public record MaxPool2d(PoolOptions options) implements Layer {

  /** Adjacent square windows. */
  public static MaxPool2d of(int kernelSize) {
    return new MaxPool2d(PoolOptions.kernelSize(kernelSize));
  }

  /** Square windows. */
  public static MaxPool2d of(int kernelSize, int stride) {
    return new MaxPool2d(PoolOptions.kernelSize(kernelSize).withStride(stride));
  }

  @Override
  public Tensor forward(Tensor x) {
    return Pooling.maxPool2d(x, options.window(), options.ceilMode());
  }
}
