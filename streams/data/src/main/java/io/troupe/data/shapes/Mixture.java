package io.troupe.data.shapes;

/** The share of a texture's second color at the points of one picture. Not thread-safe. */
final class Mixture {
  private final Texture texture;
  private final double cos;
  private final double sin;

  // Random values at the corners of a square; points of a picture often follow each other in one.
  private int column;
  private int row;
  private boolean hasCorners;
  private double topLeft;
  private double topRight;
  private double bottomLeft;
  private double bottomRight;

  Mixture(Texture texture) {
    this.texture = texture;
    this.cos = Math.cos(texture.angle());
    this.sin = Math.sin(texture.angle());
  }

  double at(double u, double v) {
    double x = (u * cos + v * sin) * texture.frequency();
    double y = (v * cos - u * sin) * texture.frequency();
    return switch (texture.pattern()) {
      case STRIPES -> 0.5 + 0.5 * Math.sin(2 * Math.PI * x);
      case CHECKS -> (((int) Math.floor(x) + (int) Math.floor(y)) & 1) == 0 ? 0.2 : 0.8;
      case NOISE -> noise(x, y);
      case PLAIN -> 0.5;
    };
  }

  /** Random values at whole coordinates, interpolated smoothly. */
  private double noise(double x, double y) {
    setCorners((int) Math.floor(x), (int) Math.floor(y));
    double right = smooth(x - column);
    double down = smooth(y - row);
    double top = topLeft * (1 - right) + topRight * right;
    double bottom = bottomLeft * (1 - right) + bottomRight * right;
    return top * (1 - down) + bottom * down;
  }

  private void setCorners(int left, int top) {
    if (hasCorners && left == column && top == row) {
      return;
    }
    column = left;
    row = top;
    hasCorners = true;
    topLeft = value(left, top);
    topRight = value(left + 1, top);
    bottomLeft = value(left, top + 1);
    bottomRight = value(left + 1, top + 1);
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  private double value(int column, int row) {
    return (texture.grain().word((long) column << 32 | row & 0xFFFFFFFFL) >>> 8) * 0x1p-24;
  }
}
