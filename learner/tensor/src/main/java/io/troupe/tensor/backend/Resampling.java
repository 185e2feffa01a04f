package io.troupe.tensor.backend;

/**
 * A linear map along one axis of an image, each output position a weighted sum of a few neighboring
 * input positions: average pooling, upsampling, filters, padding by reflection, and their
 * gradients.
 *
 * @param from the first input position of each output position
 * @param weights of the input positions from there on; may be empty
 */
public record Resampling(int[] from, double[][] weights) {

  /** The number of output positions. */
  public int size() {
    return from.length;
  }

  /**
   * Means over a window.
   *
   * @param countPadding whether padding counts in the divisor, as {@code count_include_pad}
   */
  public static Resampling average(Window.Axis axis, int in, int out, boolean countPadding) {
    int[] from = new int[out];
    double[][] weights = new double[out][];
    for (int o = 0; o < out; o++) {
      int start = o * axis.stride() - axis.padding();
      int padded = Math.min(start + axis.kernel(), in + axis.padding()) - start;
      from[o] = Math.max(start, 0);
      int count = Math.min(start + axis.kernel(), in) - from[o];
      weights[o] = equal(count, countPadding ? padded : count);
    }
    return new Resampling(from, weights);
  }

  /** Means over {@code out} nearly equal parts of {@code in} positions. */
  public static Resampling adaptiveAverage(int in, int out) {
    PoolSpans spans = PoolSpans.adaptive(in, out);
    double[][] weights = new double[out][];
    for (int o = 0; o < out; o++) {
      int count = spans.to()[o] - spans.from()[o];
      weights[o] = equal(count, count);
    }
    return new Resampling(spans.from(), weights);
  }

  private static double[] equal(int count, int divisor) {
    double[] weights = new double[count];
    java.util.Arrays.fill(weights, 1.0 / divisor);
    return weights;
  }

  /**
   * The nearest input position, found in single precision as PyTorch finds it.
   *
   * @param scale input positions per output position
   */
  public static Resampling nearest(int in, int out, double scale) {
    int[] from = new int[out];
    double[][] weights = new double[out][];
    for (int o = 0; o < out; o++) {
      from[o] = Math.min((int) (o * (float) scale), in - 1);
      weights[o] = new double[] {1};
    }
    return new Resampling(from, weights);
  }

  /**
   * Linear interpolation between input positions.
   *
   * @param scale input positions per output position; not used when corners are aligned
   * @param alignCorners whether the first and last positions of both sides coincide
   */
  public static Resampling linear(int in, int out, double scale, boolean alignCorners) {
    int[] from = new int[out];
    double[][] weights = new double[out][];
    for (int o = 0; o < out; o++) {
      double at =
          alignCorners
              ? (out > 1 ? o * (double) (in - 1) / (out - 1) : 0)
              : Math.max(0, (o + 0.5) * scale - 0.5);
      from[o] = Math.min((int) at, in - 1);
      double second = at - from[o];
      weights[o] = from[o] + 1 < in ? new double[] {1 - second, second} : new double[] {1};
    }
    return new Resampling(from, weights);
  }

  /**
   * Positions with others added at both ends, which mirror those beside the first and the last one.
   *
   * @param padding number of positions at each end, less than {@code in}
   */
  public static Resampling reflected(int in, int padding) {
    int[] from = new int[in + 2 * padding];
    double[][] weights = new double[from.length][];
    for (int o = 0; o < from.length; o++) {
      int position = Math.abs(o - padding);
      from[o] = position < in ? position : 2 * (in - 1) - position;
      weights[o] = new double[] {1};
    }
    return new Resampling(from, weights);
  }

  /**
   * A filter after zeros are inserted and before positions are left out: {@code upfirdn} of SciPy,
   * with padding.
   *
   * @param taps of the filter, which is convolved: the first tap is for the newest position
   * @param up positions after it for each input position; those between are 0
   * @param down every how many filtered positions are kept
   * @param before zeros before the first position
   * @param after zeros after the last position
   */
  public static Resampling filtered(
      int in, double[] taps, int up, int down, int before, int after) {
    int out = (in * up + before + after - taps.length) / down + 1;
    int[] from = new int[out];
    double[][] weights = new double[out][];
    for (int o = 0; o < out; o++) {
      int start = o * down - before; // of the window, in positions with zeros between them
      from[o] = Math.clamp(Math.ceilDiv(start, up), 0, in);
      int end = Math.clamp(Math.ceilDiv(start + taps.length, up), from[o], in);
      weights[o] = new double[end - from[o]];
      for (int i = from[o]; i < end; i++) {
        weights[o][i - from[o]] = taps[taps.length - 1 - (i * up - start)];
      }
    }
    return new Resampling(from, weights);
  }

  /** The transposed map, which takes gradients back to {@code in} input positions. */
  public Resampling transposed(int in) {
    int[] first = new int[in];
    int[] end = new int[in];
    java.util.Arrays.fill(first, size());
    for (int o = 0; o < size(); o++) {
      for (int i = from[o]; i < from[o] + weights[o].length; i++) {
        first[i] = Math.min(first[i], o);
        end[i] = o + 1;
      }
    }
    double[][] turned = new double[in][];
    for (int i = 0; i < in; i++) {
      turned[i] = new double[Math.max(0, end[i] - first[i])];
    }
    for (int o = 0; o < size(); o++) {
      for (int j = 0; j < weights[o].length; j++) {
        int i = from[o] + j;
        turned[i][o - first[i]] = weights[o][j];
      }
    }
    return new Resampling(first, turned);
  }
}
