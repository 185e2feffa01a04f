package io.troupe.data.augment;

/**
 * A turn about the centre of a picture, counter-clockwise: where a pixel of the turned picture lies
 * in the one before.
 *
 * @param cos of the angle
 * @param sin of the angle
 * @param middleY of the centre
 * @param middleX of the centre
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
