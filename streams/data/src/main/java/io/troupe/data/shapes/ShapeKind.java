package io.troupe.data.shapes;

import java.util.Locale;

/** The kinds of shapes, inscribed in a circle of radius 1 around the origin. */
public enum ShapeKind {
  /** A circle, slightly smaller than the others, so that areas are similar. */
  CIRCLE(Outline.disk(0.85)),
  /** A square on a corner; a scene turns it. */
  SQUARE(Outline.star(4, Math.sqrt(0.5))),
  /** An equilateral triangle. */
  TRIANGLE(Outline.star(3, 0.5)),
  /** A star with five points. */
  STAR(Outline.star(5, 0.45)),
  /** A circle with a round hole. */
  RING(Outline.ring(0.5, 0.95)),
  /** A rhombus that is twice as high as it is wide. */
  DIAMOND(Outline.rhombus(0.5)),
  /** A heart. */
  HEART(Outline.heart(1.26, 0.25)),
  /** A circle without another one, open to the right. */
  CRESCENT(Outline.crescent(0.95, 0.7, 0.5));

  private final Outline outline;

  ShapeKind(Outline outline) {
    this.outline = outline;
  }

  /** The word in captions, such as {@code circle}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether a point is inside the outline, whose top is at (1, 0). */
  boolean contains(double x, double y) {
    return outline.contains(x, y);
  }
}
