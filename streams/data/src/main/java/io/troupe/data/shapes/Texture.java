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

  /** The color of a point with a share of the second color, in [0, 1]. */
  double color(double share, int channel) {
    double gray = dark + (bright - dark) * share;
    return gray + tint * (1 - channel);
  }
}
