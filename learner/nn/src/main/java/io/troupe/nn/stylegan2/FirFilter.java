package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Pooling;
import io.troupe.tensor.backend.Resampling;

/**
 * The low-pass filter of a layer that changes the size of images: [1, 3, 3, 1] along both axes. It
 * is a buffer, {@code resample_filter} (4, 4); a filter that is loaded must be the product of one
 * for rows and one for columns that are equal.
 */
final class FirFilter extends Module {
  private static final double[] TAPS = {0.125, 0.375, 0.375, 0.125};

  private final Tensor filter;

  FirFilter(Initializer initializer) {
    this.filter = buffer("resample_filter", initializer.constant(0, TAPS.length, TAPS.length));
    double[] products = new double[TAPS.length * TAPS.length];
    for (int i = 0; i < products.length; i++) {
      products[i] = TAPS[i / TAPS.length] * TAPS[i % TAPS.length];
    }
    filter.copyFrom(Tensor.of(products, TAPS.length, TAPS.length));
  }

  /** Twice the rows and columns. */
  Tensor up(Tensor x) {
    return filtered(x, 2, 1, 2, 1, 2);
  }

  /** Half of the rows and columns. */
  Tensor down(Tensor x) {
    return filtered(x, 1, 2, 1, 1, 1);
  }

  /**
   * Filters images without another size.
   *
   * @param padding rows and columns of zeros on each side before
   * @param gain factor along each axis
   */
  Tensor blurred(Tensor x, int padding, double gain) {
    return filtered(x, 1, 1, padding, padding, gain);
  }

  private Tensor filtered(Tensor x, int up, int down, int before, int after, double gain) {
    double[] taps = new double[TAPS.length]; // the sums of rows, because those of columns are 1
    for (int i = 0; i < TAPS.length * TAPS.length; i++) {
      taps[i / TAPS.length] += gain * filter.get(i);
    }
    return Pooling.resample(
        x,
        Resampling.filtered(x.size(2), taps, up, down, before, after),
        Resampling.filtered(x.size(3), taps, up, down, before, after));
  }
}
