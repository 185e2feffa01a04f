package io.troupe.data.shapes;

import java.util.Locale;

/** The outline of a shape, inscribed in a circle of radius 1 around the origin. */
public enum ShapeKind {
  /** A circle, slightly smaller than the others, so that areas are similar. */
  CIRCLE(0, 0),
  /** A square. */
  SQUARE(4, Math.sqrt(0.5)),
  /** An equilateral triangle. */
  TRIANGLE(3, 0.5),
  /** A star with five points. */
  STAR(5, 0.45);

  private static final double CIRCLE_RADIUS = 0.85;

  private final int numPoints;
  private final double innerRadius;

  /**
   * An outline of points on the circle, alternating with points inside it.
   *
   * @param numPoints points on the circle; 0 for a circle
   * @param innerRadius distance of the points in between from the origin
   */
  ShapeKind(int numPoints, double innerRadius) {
    this.numPoints = numPoints;
    this.innerRadius = innerRadius;
  }

  /** The word in captions, such as {@code circle}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether a point is inside the outline; the first corner is at the angle 0. */
  boolean contains(double x, double y) {
    double radius = Math.hypot(x, y);
    if (numPoints == 0) {
      return radius <= CIRCLE_RADIUS;
    }
    if (radius > 1) {
      return false;
    }
    double sector = 2 * Math.PI / numPoints;
    double angle = Math.abs(Math.IEEEremainder(Math.atan2(y, x), sector)); // from a corner
    double innerX = innerRadius * Math.cos(sector / 2);
    double innerY = innerRadius * Math.sin(sector / 2);
    double px = radius * Math.cos(angle);
    double py = radius * Math.sin(angle);
    return (innerX - 1) * py - innerY * (px - 1) >= 0; // left of the line from the corner inwards
  }
}
