package io.troupe.nn.layers;

import io.troupe.tensor.backend.Window;

/**
 * How a pooling moves, under PyTorch's names: {@code
 * PoolOptions.kernelSize(3).withStride(2).withCeilMode()}. Starts with PyTorch's defaults: a stride
 * as large as the kernel, no padding, no dilation, whole windows only.
 *
 * @param window kernel size, stride, padding and dilation
 * @param ceilMode whether a last window that only partly fits counts
 * @param countIncludePad whether means count the padding in their divisor
 */
public record PoolOptions(Window window, boolean ceilMode, boolean countIncludePad) {

  /** A square window. */
  public static PoolOptions kernelSize(int size) {
    return kernelSize(size, size);
  }

  /** A window of two sizes. */
  public static PoolOptions kernelSize(int height, int width) {
    return new PoolOptions(Window.of(height, width).withStride(height, width), false, true);
  }

  /** With another stride. */
  public PoolOptions withStride(int stride) {
    return withStride(stride, stride);
  }

  /** With another stride on each axis. */
  public PoolOptions withStride(int height, int width) {
    return new PoolOptions(window.withStride(height, width), ceilMode, countIncludePad);
  }

  /** With padding around the images, which no maximum sees. */
  public PoolOptions withPadding(int padding) {
    return withPadding(padding, padding);
  }

  /** With another padding on each axis. */
  public PoolOptions withPadding(int height, int width) {
    return new PoolOptions(window.withPadding(height, width), ceilMode, countIncludePad);
  }

  /** With another distance between the elements of a window; for maxima alone. */
  public PoolOptions withDilation(int dilation) {
    return withDilation(dilation, dilation);
  }

  /** With another distance on each axis; for maxima alone. */
  public PoolOptions withDilation(int height, int width) {
    return new PoolOptions(window.withDilation(height, width), ceilMode, countIncludePad);
  }

  /** With a last window that only partly fits. */
  public PoolOptions withCeilMode() {
    return new PoolOptions(window, true, countIncludePad);
  }

  /** With means over the elements of the image alone. */
  public PoolOptions withoutCountingPad() {
    return new PoolOptions(window, ceilMode, false);
  }
}
