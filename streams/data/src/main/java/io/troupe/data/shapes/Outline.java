package io.troupe.data.shapes;

/** A set of points in the circle of radius 1 around the origin, whose top is at (1, 0). */
interface Outline {
  /**
   * Returns whether a point is inside.
   *
   * @param x upwards
   * @param y to the right
   */
  boolean contains(double x, double y);

  /** A circle around the origin. */
  static Outline disk(double radius) {
    return (x, y) -> Math.hypot(x, y) <= radius;
  }

  /** The points between two circles around the origin. */
  static Outline ring(double innerRadius, double outerRadius) {
    return (x, y) -> {
      double radius = Math.hypot(x, y);
      return radius >= innerRadius && radius <= outerRadius;
    };
  }

  /**
   * A star, or a polygon: points on the circle of radius 1, the first at the top, alternating with
   * points inside it.
   *
   * @param numPoints points on the circle
   * @param innerRadius distance of the points in between from the origin
   */
  static Outline star(int numPoints, double innerRadius) {
    double sector = 2 * Math.PI / numPoints;
    double innerX = innerRadius * Math.cos(sector / 2);
    double innerY = innerRadius * Math.sin(sector / 2);
    return (x, y) -> {
      double radius = Math.hypot(x, y);
      if (radius > 1) {
        return false;
      }
      double angle = Math.abs(Math.IEEEremainder(Math.atan2(y, x), sector)); // from a corner
      double px = radius * Math.cos(angle);
      double py = radius * Math.sin(angle);
      return (innerX - 1) * py - innerY * (px - 1) >= 0; // left of the line from the corner inwards
    };
  }

  /**
   * A circle around the origin without the points of another one.
   *
   * @param shift of the other one to the right
   */
  static Outline crescent(double radius, double otherRadius, double shift) {
    return (x, y) -> Math.hypot(x, y) <= radius && Math.hypot(x, y - shift) >= otherRadius;
  }

  /** A square on a corner, narrowed to {@code width} of its height. */
  static Outline rhombus(double width) {
    return (x, y) -> Math.abs(x) + Math.abs(y) / width <= 1;
  }

  /**
   * The curve {@code (a^2 + b^2 - 1)^3 = a^2 b^3} with a to the right and b upwards.
   *
   * @param radius of a circle around the curve, which becomes the circle of radius 1
   * @param middle of this circle, on the axis of b
   */
  static Outline heart(double radius, double middle) {
    return (x, y) -> {
      double a = radius * y;
      double b = radius * x + middle;
      double outside = a * a + b * b - 1;
      return outside * outside * outside <= a * a * b * b * b;
    };
  }
}
