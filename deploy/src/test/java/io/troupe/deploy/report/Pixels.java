package io.troupe.deploy.report;

import java.awt.image.BufferedImage;

/** Looks at pictures. */
final class Pixels {
  private Pixels() {}

  /** Red, green and blue of a pixel. */
  static int at(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xFFFFFF;
  }

  /** How many pixels of a part have a colour. */
  static int count(BufferedImage image, int rgb, int left, int top, int width, int height) {
    int count = 0;
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        count += at(image, x, y) == rgb ? 1 : 0;
      }
    }
    return count;
  }

  /** How many pixels of a part are not white. */
  static int drawn(BufferedImage image, int left, int top, int width, int height) {
    return width * height - count(image, 0xFFFFFF, left, top, width, height);
  }
}
