package io.troupe.nn.layers;

import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Pooling;
import io.troupe.tensor.backend.Resampling;

/**
 * Resizes images, as {@code torch.nn.Upsample}: (batch, channels, height, width) to (batch,
 * channels, outHeight, outWidth).
 */
public final class Upsample implements Layer {
  /** The interpolation of new elements. */
  private enum Mode {
    NEAREST,
    BILINEAR,
    BILINEAR_ALIGNED
  }

  private final Mode mode;
  private final double scaleFactor;
  private final int height;
  private final int width;

  private Upsample(Mode mode, double scaleFactor, int height, int width) {
    if (!(scaleFactor > 0) && (height < 1 || width < 1)) {
      throw new IllegalArgumentException(
          "upsample must have a scale factor > 0, or a height and a width >= 1, got "
              + scaleFactor
              + ", "
              + height
              + " and "
              + width);
    }
    this.mode = mode;
    this.scaleFactor = scaleFactor;
    this.height = height;
    this.width = width;
  }

  /** Repeats elements: mode {@code nearest}, with {@code scale_factor}. */
  public static Upsample nearest(double scaleFactor) {
    return new Upsample(Mode.NEAREST, scaleFactor, 0, 0);
  }

  /** Repeats elements: mode {@code nearest}, with {@code size}. */
  public static Upsample nearestTo(int height, int width) {
    return new Upsample(Mode.NEAREST, 0, height, width);
  }

  /**
   * Interpolates along both axes: mode {@code bilinear}, with {@code scale_factor}.
   *
   * @param alignCorners whether the corners of input and output are aligned
   */
  public static Upsample bilinear(double scaleFactor, boolean alignCorners) {
    return new Upsample(bilinear(alignCorners), scaleFactor, 0, 0);
  }

  /** Interpolates along both axes: mode {@code bilinear}, with {@code size}. */
  public static Upsample bilinearTo(int height, int width, boolean alignCorners) {
    return new Upsample(bilinear(alignCorners), 0, height, width);
  }

  private static Mode bilinear(boolean alignCorners) {
    return alignCorners ? Mode.BILINEAR_ALIGNED : Mode.BILINEAR;
  }

  @Override
  public Tensor forward(Tensor x) {
    if (x.rank() != 4) {
      throw new ShapeException(
          "input of Upsample must be (batch, channels, height, width), got " + x.shape());
    }
    return Pooling.resample(x, axis(x.size(2), height), axis(x.size(3), width));
  }

  private Resampling axis(int in, int wanted) {
    int out = scaleFactor > 0 ? (int) Math.floor(in * scaleFactor) : wanted;
    double scale = scaleFactor > 0 ? 1 / scaleFactor : (double) in / out;
    return switch (mode) {
      case NEAREST -> Resampling.nearest(in, out, scale);
      case BILINEAR -> Resampling.linear(in, out, scale, false);
      case BILINEAR_ALIGNED -> Resampling.linear(in, out, scale, true);
    };
  }
}
