package io.troupe.tensor.autograd;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.PoolSpans;
import io.troupe.tensor.backend.Resampling;
import io.troupe.tensor.backend.Window;

/** Pooling and upsampling of the last two dimensions, with their gradients. */
public final class Pooling {
  private Pooling() {}

  /**
   * The largest element of each window, as {@code torch.nn.functional.max_pool2d}.
   *
   * @param x (..., height, width)
   * @param ceilMode whether a last window that only partly fits counts
   */
  public static Tensor maxPool2d(Tensor x, Window window, boolean ceilMode) {
    requirePlanes("maxPool2d", x);
    int height = pooledSize(window.height(), x.size(-2), ceilMode);
    int width = pooledSize(window.width(), x.size(-1), ceilMode);
    return max(
        x,
        PoolSpans.of(window.height(), x.size(-2), height),
        PoolSpans.of(window.width(), x.size(-1), width));
  }

  /** The largest element of each of {@code height} by {@code width} nearly equal parts. */
  public static Tensor adaptiveMaxPool2d(Tensor x, int height, int width) {
    requirePlanes("adaptiveMaxPool2d", x);
    return max(x, PoolSpans.adaptive(x.size(-2), height), PoolSpans.adaptive(x.size(-1), width));
  }

  private static Tensor max(Tensor x, PoolSpans rows, PoolSpans columns) {
    Tensor out = Tensor.empty(x.dtype(), resized(x, rows.size(), columns.size()));
    Tensor indices = Tensor.empty(DType.INT32, out.shape());
    Backend.of(out).pooling().maxPool2d(out, indices, x, rows, columns);
    return Node.record(
        "maxPool2d",
        out,
        Saved.of(indices),
        (gradient, inputs) -> {
          Tensor dx = Tensor.empty(x.dtype(), x.shape());
          Backend.of(dx).pooling().maxPool2dGrad(dx, gradient, indices);
          inputs.add(0, dx);
        },
        x);
  }

  /**
   * The mean of each window, as {@code torch.nn.functional.avg_pool2d}; no dilation.
   *
   * @param x (..., height, width)
   * @param countIncludePad whether padding counts in the divisor
   */
  public static Tensor avgPool2d(
      Tensor x, Window window, boolean ceilMode, boolean countIncludePad) {
    requirePlanes("avgPool2d", x);
    int height = pooledSize(window.height(), x.size(-2), ceilMode);
    int width = pooledSize(window.width(), x.size(-1), ceilMode);
    return resample(
        x,
        Resampling.average(window.height(), x.size(-2), height, countIncludePad),
        Resampling.average(window.width(), x.size(-1), width, countIncludePad));
  }

  /** The means of {@code height} by {@code width} nearly equal parts. */
  public static Tensor adaptiveAvgPool2d(Tensor x, int height, int width) {
    requirePlanes("adaptiveAvgPool2d", x);
    return resample(
        x,
        Resampling.adaptiveAverage(x.size(-2), height),
        Resampling.adaptiveAverage(x.size(-1), width));
  }

  /**
   * Maps both axes.
   *
   * @param x (..., height, width)
   * @return (..., rows.size(), columns.size())
   */
  public static Tensor resample(Tensor x, Resampling rows, Resampling columns) {
    requirePlanes("resample", x);
    Tensor out = Tensor.empty(x.dtype(), resized(x, rows.size(), columns.size()));
    Backend.of(out).pooling().resample2d(out, x, rows, columns);
    return Node.record(
        "resample2d",
        out,
        Saved.NOTHING,
        (gradient, inputs) -> {
          Tensor dx = Tensor.empty(x.dtype(), x.shape());
          Backend.of(dx)
              .pooling()
              .resample2d(
                  dx, gradient, rows.transposed(x.size(-2)), columns.transposed(x.size(-1)));
          inputs.add(0, dx);
        },
        x);
  }

  private static int pooledSize(Window.Axis axis, int in, boolean ceilMode) {
    if (2 * axis.padding() > axis.kernel()) {
      throw new ShapeException(
          "padding of a pooling must be at most half of the kernel "
              + axis.kernel()
              + ", got "
              + axis.padding());
    }
    int out = axis.outSize(in);
    boolean isCovered = (in + 2 * axis.padding() - axis.span()) % axis.stride() == 0;
    // a window that would start in the padding after the image is excluded
    boolean startsInside = out * axis.stride() < in + axis.padding();
    return ceilMode && !isCovered && startsInside ? out + 1 : out;
  }

  private static Shape resized(Tensor x, int height, int width) {
    return x.shape().with(-2, height).with(-1, width);
  }

  private static void requirePlanes(String operation, Tensor x) {
    if (!x.dtype().isComputed() || x.rank() < 2 || x.numel() == 0) {
      throw new ShapeException(
          operation
              + " of "
              + x.dtype()
              + " "
              + x.shape()
              + " must be FLOAT32 or FLOAT64 images (..., height, width), not empty");
    }
  }
}
