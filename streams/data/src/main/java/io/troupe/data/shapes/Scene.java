package io.troupe.data.shapes;

import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shapes in front of a textured wall, in a square with sides of length 1. A scene is a function of
 * a random number generator and its contents; its picture can have any size.
 *
 * <p>The depth of a picture can be inferred: all shapes have the same true size, light fades with
 * distance, near shapes cover far ones, and the wall always leans away from the viewer to the top.
 *
 * @param shapes from the nearest to the farthest; at least half of each is visible, and no two have
 *     the same color and kind
 * @param background of the wall
 */
public record Scene(List<SceneShape> shapes, Texture background) {
  /** The smallest depth of a shape. */
  public static final double NEAREST = 1;

  /** The largest depth of a shape. */
  public static final double FARTHEST = 2;

  /** The depth of the wall at the lower edge. */
  public static final double WALL_NEAR = 2.5;

  /** The depth of the wall at the upper edge. */
  public static final double WALL_FAR = 3.5;

  private static final double MAX_TURN = 0.35;
  private static final double MIN_VISIBLE = 0.5;
  private static final int MAX_ATTEMPTS = 30;

  /** Points along the side of a scene at which the visible part of a shape is measured. */
  private static final int GRID = 48;

  /** Copies the list. */
  public Scene {
    shapes = List.copyOf(shapes);
  }

  /**
   * Draws a scene.
   *
   * @param random the scene is a function of it
   * @param pairs colors and kinds of shapes; at least as many as shapes
   * @param maxShapes largest number of shapes, at least 1; each number is equally likely
   */
  public static Scene draw(Philox random, List<ColoredKind> pairs, int maxShapes) {
    if (maxShapes < 1 || maxShapes > pairs.size()) {
      throw new IllegalArgumentException(
          "max-shapes must be from 1 to %d, got %d".formatted(pairs.size(), maxShapes));
    }
    SceneDraws draws = new SceneDraws(random.derive(0));
    double[] depths = new double[1 + draws.index(maxShapes)];
    for (int i = 0; i < depths.length; i++) {
      depths[i] = draws.between(NEAREST, FARTHEST);
    }
    Arrays.sort(depths);
    List<ColoredKind> left = new ArrayList<>(pairs);
    List<SceneShape> shapes = new ArrayList<>();
    for (double depth : depths) {
      place(left.remove(draws.index(left.size())), depth, shapes, draws);
    }
    return new Scene(shapes, texture(draws, random.derive(1)));
  }

  /** Adds a shape behind the others; none if no place leaves enough of it visible. */
  private static void place(
      ColoredKind look, double depth, List<SceneShape> shapes, SceneDraws draws) {
    double radius = SceneShape.radius(depth);
    double angle =
        draws.between(-MAX_TURN, MAX_TURN) + (look.kind() == ShapeKind.SQUARE ? Math.PI / 4 : 0);
    double tint = draws.between(-0.05, 0.05);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      double x = draws.between(radius, 1 - radius);
      double y = draws.between(radius, 1 - radius);
      SceneShape shape = new SceneShape(look, x, y, depth, angle, tint);
      if (visible(shape, shapes) >= MIN_VISIBLE) {
        shapes.add(shape);
        return;
      }
    }
  }

  /** The fraction of a shape that nearer ones do not cover. */
  private static double visible(SceneShape shape, List<SceneShape> nearer) {
    if (nearer.isEmpty()) {
      return 1;
    }
    int all = 0;
    int free = 0;
    for (int row = 0; row < GRID; row++) {
      for (int column = 0; column < GRID; column++) {
        double u = (column + 0.5) / GRID;
        double v = (row + 0.5) / GRID;
        if (shape.covers(u, v)) {
          all++;
          free += nearer.stream().noneMatch(other -> other.covers(u, v)) ? 1 : 0;
        }
      }
    }
    return (double) free / all;
  }

  private static Texture texture(SceneDraws draws, Philox grain) {
    Texture.Pattern[] patterns = Texture.Pattern.values();
    return new Texture(
        patterns[draws.index(patterns.length)],
        draws.between(3, 9),
        draws.between(0, Math.PI),
        draws.between(0.25, 0.5),
        draws.between(0.55, 0.85),
        draws.between(-0.06, 0.06),
        grain);
  }

  /** The fraction of light that arrives from a depth. */
  static double light(double depth) {
    return 1.1 - 0.1 * depth;
  }

  /** The depth of the wall, which depends on the row only. */
  static double wallDepth(double v) {
    return WALL_FAR + (WALL_NEAR - WALL_FAR) * Math.clamp(v, 0, 1);
  }

  /** The index of the shape that is visible at a point; -1 for the wall. */
  int shapeAt(double u, double v) {
    for (int i = 0; i < shapes.size(); i++) {
      if (shapes.get(i).covers(u, v)) {
        return i;
      }
    }
    return -1;
  }
}
