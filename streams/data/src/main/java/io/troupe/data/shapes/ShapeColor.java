package io.troupe.data.shapes;

import java.util.Locale;

/**
 * The color of a shape. The hues of the first six are at least 45 degrees apart, and backgrounds
 * are nearly gray.
 */
public enum ShapeColor {
  /** Hue 0 degrees. */
  RED(0.90, 0.10, 0.10),
  /** Hue 120 degrees. */
  GREEN(0.10, 0.75, 0.10),
  /** Hue 225 degrees. */
  BLUE(0.10, 0.30, 0.95),
  /** Hue 55 degrees. */
  YELLOW(0.95, 0.88, 0.10),
  /** Hue 290 degrees. */
  PURPLE(0.70, 0.12, 0.85),
  /** Hue 180 degrees. */
  CYAN(0.10, 0.85, 0.85),
  /** Hue 30 degrees. */
  ORANGE(0.95, 0.50, 0.05),
  /** Hue 333 degrees, lighter than the others. */
  PINK(1.00, 0.55, 0.75);

  private final double[] rgb;

  ShapeColor(double red, double green, double blue) {
    this.rgb = new double[] {red, green, blue};
  }

  /** The word in captions, such as {@code red}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The word with its article, such as {@code a red} and {@code an orange}. */
  String wordWithArticle() {
    return (this == ORANGE ? "an " : "a ") + word();
  }

  /** Red, green or blue, in [0, 1]; without the shading of a scene. */
  public double channel(int channel) {
    return rgb[channel];
  }
}
