package io.troupe.nn.layers;

import io.troupe.tensor.backend.Window;

/**
 * The options of a pooling, with PyTorch's names: {@code
 * PoolOptions.kernelSize(3).withStride(2).withCeilMode()}. The defaults are PyTorch's: a stride
 * equal to the kernel size, no padding, no dilation, complete windows only.
 *
 * @param window kernel size, stride, padding and dilation
 * @param ceilMode whether an incomplete last window is used
 * @param countIncludePad whether the divisor of a mean includes the padding
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

  /** With padding on all sides; the maximum ignores it. */
  public PoolOptions withPadding(int padding) {
    return withPadding(padding, padding);
  }

  /** With another padding on each axis. */
  public PoolOptions withPadding(int height, int width) {
    return new PoolOptions(window.withPadding(height, width), ceilMode, countIncludePad);
  }

  /** With another dilation; for maximum pooling only. */
  public PoolOptions withDilation(int dilation) {
    return withDilation(dilation, dilation);
  }

  /** With another dilation per axis; for maximum pooling only. */
  public PoolOptions withDilation(int height, int width) {
    return new PoolOptions(window.withDilation(height, width), ceilMode, countIncludePad);
  }

  /** With an incomplete last window. */
  public PoolOptions withCeilMode() {
    return new PoolOptions(window, true, countIncludePad);
  }

  /** With means over the elements of the image only. */
  public PoolOptions withoutCountingPad() {
    return new PoolOptions(window, ceilMode, false);
  }
}
