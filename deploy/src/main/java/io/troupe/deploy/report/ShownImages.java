package io.troupe.deploy.report;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.batch.ArrayData;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The images of a dataset as people see them, in rows of pictures with what a model finds in them.
 *
 * @param examples images, with 1 or 3 channels
 * @param normalization the normalization of the examples, which is undone
 */
record ShownImages(Dataset examples, Normalization normalization) {
  /** Channels of a picture in color. */
  static final int COLORS = 3;

  /** The number of images in a row. */
  static final int COLUMNS = 8;

  /**
   * Draws several kinds of pictures: a row of one kind for the first images, below it a row of the
   * next kind for the same images, and so on.
   *
   * @param count number of images
   * @param kinds from the index of an image to a picture, (3, height, width)
   */
  BufferedImage draw(String title, int count, List<IntFunction<float[]>> kinds) {
    List<Integer> sizes = examples.spec().sizes();
    PictureGrid grid =
        new PictureGrid(title, Math.min(count, COLUMNS), COLORS, sizes.get(1), sizes.get(2));
    for (int from = 0; from < count; from += COLUMNS) {
      for (IntFunction<float[]> kind : kinds) {
        for (int image = from; image < Math.min(from + COLUMNS, count); image++) {
          grid.add(kind.apply(image), List.of());
        }
      }
    }
    return grid.draw();
  }

  /** The number of pixels of an image. */
  int pixels() {
    List<Integer> sizes = examples.spec().sizes();
    return sizes.get(1) * sizes.get(2);
  }

  /** An image in color, (3, height, width). */
  float[] color(int index) {
    float[] image = ((ArrayData.Floats) examples.batch(index).get("input")).values();
    normalization.undo(image, examples.spec().sizes());
    float[] colored = new float[COLORS * pixels()];
    for (int i = 0; i < colored.length; i++) {
      colored[i] = image[i % image.length]; // of the only channel if it is gray
    }
    return colored;
  }

  /**
   * The mean of an image over its colors, (height, width).
   *
   * @param color of {@link #color}
   */
  static float[] gray(float[] color) {
    float[] gray = new float[color.length / COLORS];
    for (int i = 0; i < color.length; i++) {
      gray[i % gray.length] += color[i] / COLORS;
    }
    return gray;
  }
}
