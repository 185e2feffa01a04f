package io.troupe.deploy.report;

import java.awt.image.BufferedImage;

/** Reads and counts pixels of images. */
final class Pixels {
  private Pixels() {}

  /** The RGB value of a pixel. */
  static int at(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xFFFFFF;
  }

  /** The pixels of a rectangle, row by row. */
  static int[] of(BufferedImage image, int left, int top, int width, int height) {
    return image.getRGB(left, top, width, height, null, 0, width);
  }

  /** Number of pixels of one color in a rectangle. */
  static int count(BufferedImage image, int rgb, int left, int top, int width, int height) {
    int count = 0;
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        count += at(image, x, y) == rgb ? 1 : 0;
      }
    }
    return count;
  }

  /** Number of pixels in a rectangle that are not white. */
  static int drawn(BufferedImage image, int left, int top, int width, int height) {
    return width * height - count(image, 0xFFFFFF, left, top, width, height);
  }
}
