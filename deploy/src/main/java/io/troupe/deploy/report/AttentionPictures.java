package io.troupe.deploy.report;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.Normalization;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Images, and below each the attention to its patches over the image: yellow for the largest
 * attention in the image, red in the middle, and no color for the smallest.
 *
 * @param examples the evaluated examples
 * @param normalization the normalization of the examples, which is undone
 * @param maps attention to the patches of the first examples, (count, rows, columns)
 * @param rows of patches
 * @param columns of patches
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record AttentionPictures(
    Dataset examples, Normalization normalization, float[] maps, int rows, int columns) {
  /** The number of images that are shown if there are enough. */
  public static final int SHOWN = 2 * ShownImages.COLUMNS;

  private static final float OPACITY = 0.6f;

  /** Draws the examples that have a map. */
  public BufferedImage draw() {
    ShownImages images = new ShownImages(examples, normalization);
    return images.draw(
        "images, attention to their patches",
        maps.length / (rows * columns),
        List.of(
            images::color, image -> withAttention(ShownImages.gray(images.color(image)), image)));
  }

  private float[] withAttention(float[] gray, int index) {
    int width = examples.spec().sizes().get(2);
    int height = gray.length / width;
    int from = index * rows * columns;
    ValueRange range = ValueRange.of(maps, from, rows * columns);
    float[] picture = new float[ShownImages.COLORS * gray.length];
    for (int pixel = 0; pixel < gray.length; pixel++) {
      int row = pixel / width * rows / height;
      int column = pixel % width * columns / width;
      float attention = range.share(maps[from + row * columns + column]);
      for (int channel = 0; channel < ShownImages.COLORS; channel++) {
        float heat = Math.clamp(2 * attention - channel, 0, 1); // black, red, yellow
        picture[channel * gray.length + pixel] = gray[pixel] * (1 - OPACITY) + heat * OPACITY;
      }
    }
    return picture;
  }
}
