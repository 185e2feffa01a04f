package io.troupe.tensor.backend;

/**
 * The input positions that each output position of a pooling reads, along one axis: {@code
 * from[o]}, {@code from[o] + step()}, and so on below {@code to[o]}. Positions outside the image
 * are excluded, and each output position reads at least one.
 *
 * @param from first input position of each output position
 * @param to end of the input positions, exclusive
 * @param window the moving window, or null for adaptive pooling
 */
public record PoolSpans(int[] from, int[] to, Window.Axis window) {

  /** The spans of a window over {@code in} positions. */
  public static PoolSpans of(Window.Axis axis, int in, int out) {
    int[] from = new int[out];
    int[] to = new int[out];
    for (int o = 0; o < out; o++) {
      int start = o * axis.stride() - axis.padding();
      int skipped = start < 0 ? (-start + axis.dilation() - 1) / axis.dilation() : 0;
      from[o] = start + skipped * axis.dilation();
      to[o] = Math.min(start + axis.span(), in);
    }
    return new PoolSpans(from, to, axis);
  }

  /** The spans of an adaptive pooling: {@code out} nearly equal parts of {@code in} positions. */
  public static PoolSpans adaptive(int in, int out) {
    int[] from = new int[out];
    int[] to = new int[out];
    for (int o = 0; o < out; o++) {
      from[o] = (int) ((long) o * in / out);
      to[o] = (int) (((long) (o + 1) * in + out - 1) / out);
    }
    return new PoolSpans(from, to, null);
  }

  /** The number of output positions. */
  public int size() {
    return from.length;
  }

  /** The distance between input positions: the dilation. */
  public int step() {
    return window == null ? 1 : window.dilation();
  }
}
