package io.troupe.deploy.report;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.batch.ArrayData;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

/**
 * Images, below each the true depths of its pixels, and below them the estimated ones. The nearest
 * true depth of an image is white, the farthest one black.
 *
 * @param examples the evaluated examples, each with a {@code target} of (1, height, width)
 * @param normalization the normalization of the examples, which is undone
 * @param estimated depths of the first examples, (count, height, width)
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record DepthPictures(Dataset examples, Normalization normalization, float[] estimated) {
  /** The number of images that are shown if there are enough. */
  public static final int SHOWN = 2 * ShownImages.COLUMNS;

  /** Draws the examples that have an estimate. */
  public BufferedImage draw() {
    ShownImages images = new ShownImages(examples, normalization);
    int pixels = images.pixels();
    return images.draw(
        "images, true depths, estimated depths",
        estimated.length / pixels,
        List.of(
            images::color,
            image -> nearness(depths(image), depths(image)),
            image -> nearness(estimated(image, pixels), depths(image))));
  }

  private float[] depths(int index) {
    return ((ArrayData.Floats) examples.batch(index).get("target")).values();
  }

  private float[] estimated(int index, int pixels) {
    return Arrays.copyOfRange(estimated, index * pixels, (index + 1) * pixels);
  }

  /** Gray levels: 1 for the nearest of the true depths, 0 for the farthest. */
  private static float[] nearness(float[] depths, float[] trueDepths) {
    ValueRange range = ValueRange.of(trueDepths, 0, trueDepths.length);
    float[] picture = new float[ShownImages.COLORS * depths.length];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = 1 - range.share(depths[i % depths.length]);
    }
    return picture;
  }
}
