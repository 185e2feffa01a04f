package io.troupe.data.shapes;

/**
 * A shape in a scene. All shapes have the same true size, so that near ones look larger.
 *
 * @param look color and kind
 * @param x center, from 0 (left) to 1 (right)
 * @param y center, from 0 (top) to 1 (bottom)
 * @param depth distance from the viewer, from {@link Scene#NEAREST} to {@link Scene#FARTHEST}
 * @param angle rotation from upright in radians, clockwise
 * @param tint added to each color channel
 */
public record SceneShape(
    ColoredKind look, double x, double y, double depth, double angle, double tint) {
  private static final double RADIUS_AT_DEPTH_1 = 0.27;

  /** The radius of a circle around the shape, as a fraction of the side of the scene. */
  public double radius() {
    return radius(depth);
  }

  static double radius(double depth) {
    return RADIUS_AT_DEPTH_1 / depth;
  }

  /** Returns whether the shape covers a point. */
  boolean covers(double u, double v) {
    double dx = (u - x) / radius();
    double dy = (v - y) / radius();
    if (dx * dx + dy * dy > 1) {
      return false;
    }
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return look.kind().contains(dx * sin - dy * cos, dx * cos + dy * sin); // first corner upwards
  }

  /** The color of the shape with its shading, in [0, 1]. */
  double color(int channel) {
    return Math.clamp((look.color().channel(channel) + tint) * Scene.light(depth), 0, 1);
  }
}
