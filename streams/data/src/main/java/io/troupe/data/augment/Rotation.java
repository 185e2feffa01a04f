package io.troupe.data.augment;

/**
 * A counter-clockwise rotation about the center of an image: maps a pixel of the rotated image to
 * its position in the original.
 *
 * @param cos of the angle
 * @param sin of the angle
 * @param middleY of the center
 * @param middleX of the center
 */
record Rotation(double cos, double sin, double middleY, double middleX) {

  static Rotation of(double degrees, int height, int width) {
    double angle = Math.toRadians(degrees);
    return new Rotation(Math.cos(angle), Math.sin(angle), (height - 1) / 2.0, (width - 1) / 2.0);
  }

  double fromY(int y, int x) {
    return sin * (x - middleX) + cos * (y - middleY) + middleY;
  }

  double fromX(int y, int x) {
    return cos * (x - middleX) - sin * (y - middleY) + middleX;
  }
}
