package io.troupe.deploy.report;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.batch.ArrayData;
import java.util.List;

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

  /** An empty grid for pictures in color with the size of the images. */
  PictureGrid grid(String title, int count) {
    List<Integer> sizes = examples.spec().sizes();
    return new PictureGrid(title, Math.min(count, COLUMNS), COLORS, sizes.get(1), sizes.get(2));
  }

  /** The number of pixels of an image. */
  int pixels() {
    List<Integer> sizes = examples.spec().sizes();
    return sizes.get(1) * sizes.get(2);
  }

  /** An image in color, (3, height, width). */
  float[] color(int index) {
    float[] image = original(index);
    float[] colored = new float[COLORS * pixels()];
    for (int i = 0; i < colored.length; i++) {
      colored[i] = image[i % image.length]; // of the only channel if it is gray
    }
    return colored;
  }

  /** The mean of an image over its channels, (height, width). */
  float[] gray(int index) {
    float[] image = original(index);
    float[] gray = new float[pixels()];
    for (int i = 0; i < image.length; i++) {
      gray[i % gray.length] += image[i] * gray.length / image.length;
    }
    return gray;
  }

  private float[] original(int index) {
    float[] image = ((ArrayData.Floats) examples.batch(index).get("input")).values();
    normalization.undo(image, examples.spec().sizes());
    return image;
  }
}
