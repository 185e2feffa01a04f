package io.troupe.data.image;

/**
 * Resizes images as {@code Resize} of torchvision resizes PIL images: with a triangle filter that
 * is wider when the size is reduced (antialias), first along rows, then along columns, in bytes
 * with weights of 22 bits.
 */
final class Resize {
  private static final int WEIGHT_BITS = 22;

  private Resize() {}

  /**
   * Resizes an image.
   *
   * @param pixels (channels, height, width)
   * @return (channels, newHeight, newWidth); the argument if it has this size
   */
  static byte[] bilinear(
      byte[] pixels, int channels, int height, int width, int newHeight, int newWidth) {
    byte[] wide = width == newWidth ? pixels : along(pixels, channels * height, width, 1, newWidth);
    return height == newHeight ? wide : along(wide, channels, height, newWidth, newHeight);
  }

  /** Resizes the middle of three dimensions (outer, size, inner). */
  private static byte[] along(byte[] pixels, int outer, int size, int inner, int newSize) {
    byte[] resized = new byte[Math.multiplyExact(outer * newSize, inner)];
    double scale = (double) size / newSize;
    double support = Math.max(scale, 1);
    for (int at = 0; at < newSize; at++) {
      double center = (at + 0.5) * scale;
      int from = Math.max(0, (int) (center - support + 0.5));
      int to = Math.min(size, (int) (center + support + 0.5));
      int[] weights = weights(from, to, center, support);
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < inner; i++) {
          long sum = 1L << (WEIGHT_BITS - 1);
          for (int k = from; k < to; k++) {
            sum += (long) weights[k - from] * (pixels[(o * size + k) * inner + i] & 0xFF);
          }
          resized[(o * newSize + at) * inner + i] = (byte) Math.clamp(sum >> WEIGHT_BITS, 0, 255);
        }
      }
    }
    return resized;
  }

  private static int[] weights(int from, int to, double center, double support) {
    double[] triangle = new double[to - from];
    double sum = 0;
    for (int k = 0; k < triangle.length; k++) {
      triangle[k] = Math.max(0, 1 - Math.abs((k + from - center + 0.5) / support));
      sum += triangle[k];
    }
    int[] weights = new int[triangle.length];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = (int) (triangle[k] / sum * (1 << WEIGHT_BITS) + 0.5);
    }
    return weights;
  }
}
