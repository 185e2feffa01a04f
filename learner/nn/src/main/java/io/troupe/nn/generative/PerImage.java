package io.troupe.nn.generative;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.Arrays;

/** Conversions of values and images for a mini-batch. */
final class PerImage {
  private PerImage() {}

  /** One factor for each image, (batch, 1, 1, 1): it broadcasts over the image. */
  static Tensor factors(DType dtype, double[] values) {
    return Tensor.of(values, values.length, 1, 1, 1).to(dtype);
  }

  /** The same time for each of the images. */
  static double[] sameTime(double time, int count) {
    double[] times = new double[count];
    Arrays.fill(times, time);
    return times;
  }

  /** From [0, 1], the range of images, to [-1, 1], the range of a diffusion model. */
  static Tensor centred(Tensor images) {
    return images.mul(2).sub(1);
  }

  /** From [-1, 1] to [0, 1]; values outside are clamped. */
  static Tensor uncentred(Tensor x) {
    return x.add(1).mul(0.5).clamp(0, 1);
  }

  /** The shape of one image of a mini-batch. */
  static Shape each(Tensor images) {
    return images.shape().without(0);
  }
}
