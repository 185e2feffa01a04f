package io.troupe.deploy.report;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.batch.ArrayData;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Images, below each the classes of its pixels, and below them the predicted ones. Class 0 is shown
 * as the image itself, others in the color of the class.
 *
 * @param examples the evaluated examples, each with a {@code label} of (height, width)
 * @param normalization the normalization of the examples, which is undone
 * @param predicted predicted class of each pixel of the first examples, or of all
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record SegmentationPictures(Dataset examples, Normalization normalization, int[] predicted) {
  private static final int MAX_ROWS = 2;
  private static final float OPACITY = 0.65f;

  /** Returns whether each pixel of the examples has a class. */
  public static boolean isOfPixels(Dataset examples) {
    return examples.spec().kind() == ExampleSpec.Kind.IMAGE
        && examples.spec().numClasses() > 0
        && examples.batch(0).get("label") instanceof ArrayData.Ints(int[] _, int[] sizes)
        && sizes.length == 3;
  }

  /** Draws up to 16 examples. */
  public BufferedImage draw() {
    ShownImages images = new ShownImages(examples, normalization);
    int columns = ShownImages.COLUMNS;
    int pixels = images.pixels();
    int shown = Math.min(predicted.length / pixels, columns * MAX_ROWS) / columns * columns;
    int count = shown == 0 ? predicted.length / pixels : shown;
    return images.draw(
        "images, classes of pixels, predicted classes",
        count,
        List.of(
            images::color,
            image -> picture(images.color(image), labels(image), 0),
            image -> picture(images.color(image), predicted, image * pixels)));
  }

  private int[] labels(int index) {
    return ((ArrayData.Ints) examples.batch(index).get("label")).values();
  }

  /** An image with classes over it; below them it has no color, so that a class has one hue. */
  private static float[] picture(float[] color, int[] classes, int from) {
    float[] picture = color.clone();
    float[] gray = ShownImages.gray(color);
    for (int i = 0; i < picture.length; i++) {
      int pixel = i % gray.length;
      int label = classes[from + pixel];
      if (label != 0) {
        picture[i] = gray[pixel] * (1 - OPACITY) + OPACITY * channel(label, i / gray.length);
      }
    }
    return picture;
  }

  private static float channel(int label, int channel) {
    Color color = ClassColors.of(label);
    int level =
        switch (channel) {
          case 0 -> color.getRed();
          case 1 -> color.getGreen();
          default -> color.getBlue();
        };
    return level / 255f;
  }
}
