package io.troupe.data.shapes;

/**
 * Finds the edges of shapes in pictures whose scene is not known, such as samples of a model, by
 * their colors. {@link RenderedScene#edges} has the true edges of a scene, of the centers of
 * pixels; these here may be one pixel beside them, and shapes of equal color that touch have no
 * edge between them.
 */
public final class ColorEdges {
  private static final int CHANNELS = 3;

  /**
   * The share of a shape's color from which on a pixel belongs to the shape. A pixel of a rendered
   * scene has four points; this is between the shares of one and of two.
   */
  private static final double COVERED = 0.375;

  /** The light at the middle of the depths of shapes. */
  private static final double LIGHT = Scene.light((Scene.NEAREST + Scene.FARTHEST) / 2);

  private ColorEdges() {}

  /**
   * The edges of a picture.
   *
   * @param image colors in [0, 1], (3, height, width)
   * @return 1 where a pixel shows another color than the pixel below or on the right, (height,
   *     width)
   */
  public static float[] of(float[] image, int height, int width) {
    int[] colors = new int[height * width];
    for (int i = 0; i < colors.length; i++) {
      colors[i] = colorAt(image, i, colors.length);
    }
    return RenderedScene.edges(colors, width);
  }

  /** The number of the color of a pixel; -1 for the wall. */
  private static int colorAt(float[] image, int pixel, int numPixels) {
    double[] chroma = new double[CHANNELS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      chroma[channel] = image[channel * numPixels + pixel];
    }
    removeGray(chroma);
    int best = -1;
    double bestCosine = 0;
    for (ShapeColor color : ShapeColor.values()) {
      double[] pure = chroma(color);
      double cosine = dot(chroma, pure) / Math.sqrt(dot(pure, pure));
      if (cosine > bestCosine) {
        bestCosine = cosine;
        best = dot(chroma, pure) > COVERED * dot(pure, pure) ? color.ordinal() : -1;
      }
    }
    return best;
  }

  private static double[] chroma(ShapeColor color) {
    double[] chroma = new double[CHANNELS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      chroma[channel] = color.channel(channel) * LIGHT;
    }
    removeGray(chroma);
    return chroma;
  }

  private static void removeGray(double[] color) {
    double mean = (color[0] + color[1] + color[2]) / CHANNELS;
    for (int channel = 0; channel < CHANNELS; channel++) {
      color[channel] -= mean;
    }
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}
