package io.troupe.data.shapes;

import java.util.ArrayList;
import java.util.List;

/**
 * The pixels of a scene and its answers. Segmentation, depth and boxes describe the center of each
 * pixel; colors are the mean of four points in it. The scene fills the largest centered square of
 * the picture, and its wall continues outside of the square.
 */
public final class RenderedScene {
  /** The class of the wall in {@link #segmentation}. */
  public static final int BACKGROUND = 0;

  private static final int CHANNELS = 3;
  private static final double[] IN_PIXEL = {0.25, 0.75};

  private final Scene scene;
  private final int height;
  private final int width;
  private final int[] shapeAt;

  /**
   * A scene at a size.
   *
   * @param height rows of the picture
   * @param width columns of the picture
   */
  public RenderedScene(Scene scene, int height, int width) {
    this.scene = scene;
    this.height = height;
    this.width = width;
    this.shapeAt = new int[Math.multiplyExact(height, width)];
    for (int i = 0; i < shapeAt.length; i++) {
      shapeAt[i] = scene.shapeAt(u(i % width + 0.5), v(i / width + 0.5));
    }
  }

  /** The classes of {@link #segmentation}, by number. */
  public static List<String> classNames(Looks looks) {
    List<String> names = new ArrayList<>(List.of("background"));
    looks.kinds().forEach(kind -> names.add(kind.word()));
    return names;
  }

  private double u(double column) {
    return (column - (width - side()) / 2.0) / side();
  }

  private double v(double row) {
    return (row - (height - side()) / 2.0) / side();
  }

  private int side() {
    return Math.min(height, width);
  }

  /** Colors in [0, 1], (3, height, width). */
  public float[] image() {
    float[] image = new float[CHANNELS * shapeAt.length];
    Mixture wall = new Mixture(scene.background());
    for (int i = 0; i < shapeAt.length; i++) {
      for (double down : IN_PIXEL) {
        for (double right : IN_PIXEL) {
          addColor(image, i, wall, u(i % width + right), v(i / width + down));
        }
      }
    }
    return image;
  }

  private void addColor(float[] image, int pixel, Mixture wall, double u, double v) {
    int shape = scene.shapeAt(u, v);
    double share = shape < 0 ? wall.at(u, v) : 0;
    double light = Scene.light(Scene.wallDepth(v));
    for (int channel = 0; channel < CHANNELS; channel++) {
      double color =
          shape < 0
              ? Math.clamp(scene.background().color(share, channel) * light, 0, 1)
              : scene.shapes().get(shape).color(channel);
      image[channel * shapeAt.length + pixel] +=
          (float) (color / (IN_PIXEL.length * IN_PIXEL.length));
    }
  }

  /** The class of each pixel: 0 for the wall, 1 and more for the kinds, (height, width). */
  public int[] segmentation() {
    int[] classes = new int[shapeAt.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] =
          shapeAt[i] < 0 ? BACKGROUND : 1 + scene.shapes().get(shapeAt[i]).look().kind().ordinal();
    }
    return classes;
  }

  /** The distance of each pixel from the viewer, above 0, (height, width). */
  public float[] depth() {
    float[] depth = new float[shapeAt.length];
    for (int i = 0; i < depth.length; i++) {
      depth[i] =
          (float)
              (shapeAt[i] < 0
                  ? Scene.wallDepth(v(i / width + 0.5))
                  : scene.shapes().get(shapeAt[i]).depth());
    }
    return depth;
  }

  /** 1 where the shape differs from that of the pixel below or on the right, (height, width). */
  public float[] edges() {
    return edges(shapeAt, width);
  }

  /** 1 where a value differs from that of the pixel below or on the right. */
  static float[] edges(int[] values, int width) {
    float[] edges = new float[values.length];
    for (int i = 0; i < edges.length; i++) {
      boolean right = i % width + 1 < width && values[i] != values[i + 1];
      boolean below = i + width < edges.length && values[i] != values[i + width];
      edges[i] = right || below ? 1 : 0;
    }
    return edges;
  }

  /** The box around the visible pixels of each shape; a shape without any has none. */
  public List<ShapeBox> boxes() {
    List<ShapeBox> boxes = new ArrayList<>();
    for (int shape = 0; shape < scene.shapes().size(); shape++) {
      int left = width;
      int top = height;
      int right = -1;
      int bottom = -1;
      for (int i = 0; i < shapeAt.length; i++) {
        if (shapeAt[i] == shape) {
          left = Math.min(left, i % width);
          right = Math.max(right, i % width);
          top = Math.min(top, i / width);
          bottom = Math.max(bottom, i / width);
        }
      }
      if (right >= 0) {
        boxes.add(new ShapeBox(scene.shapes().get(shape).look(), left, top, right + 1, bottom + 1));
      }
    }
    return boxes;
  }
}
