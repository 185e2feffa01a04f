package io.troupe.tensor.backend;

import io.troupe.tensor.ShapeException;

/**
 * How the window of a convolution or a pooling moves over an image, axis by axis.
 *
 * @param height over rows
 * @param width over columns
 */
public record Window(Axis height, Axis width) {

  /**
   * One axis of a window. Its element {@code i} at output position {@code o} reads input position
   * {@code o * stride - padding + i * dilation}.
   *
   * @param kernel elements, at least 1
   * @param stride from one output position to the next, at least 1
   * @param padding positions before the first and after the last that read as padding, at least 0
   * @param dilation from one element to the next, at least 1
   */
  public record Axis(int kernel, int stride, int padding, int dilation) {
    /** Checks the numbers. */
    public Axis {
      if (kernel < 1 || stride < 1 || padding < 0 || dilation < 1) {
        throw new IllegalArgumentException(
            "window must have padding >= 0 and kernel, stride and dilation >= 1, got kernel "
                + kernel
                + ", stride "
                + stride
                + ", padding "
                + padding
                + ", dilation "
                + dilation);
      }
    }

    /** Positions from the first element to the last, both included. */
    public int span() {
      return (kernel - 1) * dilation + 1;
    }

    /**
     * The number of output positions over {@code in} input positions.
     *
     * @throws ShapeException if the window does not fit once
     */
    public int outSize(int in) {
      int room = in + 2 * padding - span();
      if (room < 0) {
        throw new ShapeException(
            "window must span at most the "
                + (in + 2 * padding)
                + " padded positions, got "
                + span()
                + "; use larger images or more padding");
      }
      return room / stride + 1;
    }
  }

  /** The same kernel on both axes, with stride 1, no padding and no dilation. */
  public static Window of(int kernel) {
    return of(kernel, kernel);
  }

  /** A kernel with stride 1, no padding and no dilation. */
  public static Window of(int kernelHeight, int kernelWidth) {
    return new Window(new Axis(kernelHeight, 1, 0, 1), new Axis(kernelWidth, 1, 0, 1));
  }

  /** This window with another stride. */
  public Window withStride(int ofHeight, int ofWidth) {
    return new Window(
        new Axis(height.kernel, ofHeight, height.padding, height.dilation),
        new Axis(width.kernel, ofWidth, width.padding, width.dilation));
  }

  /** This window with another padding. */
  public Window withPadding(int ofHeight, int ofWidth) {
    return new Window(
        new Axis(height.kernel, height.stride, ofHeight, height.dilation),
        new Axis(width.kernel, width.stride, ofWidth, width.dilation));
  }

  /** This window with another dilation. */
  public Window withDilation(int ofHeight, int ofWidth) {
    return new Window(
        new Axis(height.kernel, height.stride, height.padding, ofHeight),
        new Axis(width.kernel, width.stride, width.padding, ofWidth));
  }
}
