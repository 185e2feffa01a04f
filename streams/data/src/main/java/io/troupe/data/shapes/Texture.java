package io.troupe.data.shapes;

import io.troupe.tensor.random.Philox;

/**
 * The pattern of a background: a mixture of two colors that are nearly gray.
 *
 * @param pattern of the mixture
 * @param frequency repetitions along the side of the scene
 * @param angle rotation of the pattern in radians
 * @param dark gray level of the first color, in [0, 1]
 * @param bright gray level of the second color, in [0, 1]
 * @param tint added to the red channel and subtracted from the blue one
 * @param grain random numbers of a pattern that has any
 */
public record Texture(
    Pattern pattern,
    double frequency,
    double angle,
    double dark,
    double bright,
    double tint,
    Philox grain) {

  /** How the two colors are mixed. */
  public enum Pattern {
    /** Waves in one direction. */
    STRIPES,
    /** Squares of alternating color. */
    CHECKS,
    /** Smooth random spots. */
    NOISE,
    /** One mixture everywhere. */
    PLAIN
  }

  /** The color of a point, in [0, 1]. */
  double color(double u, double v, int channel) {
    double gray = dark + (bright - dark) * mixture(u, v);
    return gray + tint * (1 - channel);
  }

  /** The share of the second color. */
  private double mixture(double u, double v) {
    double x = (u * Math.cos(angle) + v * Math.sin(angle)) * frequency;
    double y = (v * Math.cos(angle) - u * Math.sin(angle)) * frequency;
    return switch (pattern) {
      case STRIPES -> 0.5 + 0.5 * Math.sin(2 * Math.PI * x);
      case CHECKS -> (((int) Math.floor(x) + (int) Math.floor(y)) & 1) == 0 ? 0.2 : 0.8;
      case NOISE -> noise(x, y);
      case PLAIN -> 0.5;
    };
  }

  /** Random values at whole coordinates, interpolated smoothly. */
  private double noise(double x, double y) {
    int column = (int) Math.floor(x);
    int row = (int) Math.floor(y);
    double right = smooth(x - column);
    double down = smooth(y - row);
    double top = value(column, row) * (1 - right) + value(column + 1, row) * right;
    double bottom = value(column, row + 1) * (1 - right) + value(column + 1, row + 1) * right;
    return top * (1 - down) + bottom * down;
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  private double value(int column, int row) {
    return (grain.word((long) column << 32 | row & 0xFFFFFFFFL) >>> 8) * 0x1p-24;
  }
}
