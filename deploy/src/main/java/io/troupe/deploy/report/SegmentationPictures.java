package io.troupe.deploy.report;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.batch.ArrayData;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;

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
  private static final int COLUMNS = 8;
  private static final int MAX_ROWS = 2;
  private static final float OPACITY = 0.65f;
  private static final int COLORS = 3;

  /** Returns whether each pixel of the examples has a class. */
  public static boolean isOfPixels(Dataset examples) {
    return examples.spec().kind() == ExampleSpec.Kind.IMAGE
        && examples.spec().numClasses() > 0
        && examples.batch(0).get("label") instanceof ArrayData.Ints(int[] _, int[] sizes)
        && sizes.length == 3;
  }

  /** Draws up to 16 examples. */
  public BufferedImage draw() {
    List<Integer> sizes = examples.spec().sizes();
    int pixels = sizes.get(1) * sizes.get(2);
    int shown = Math.min(predicted.length / pixels, COLUMNS * MAX_ROWS) / COLUMNS * COLUMNS;
    int count = shown == 0 ? predicted.length / pixels : shown;
    PictureGrid grid =
        new PictureGrid(
            "images, classes of pixels, predicted classes",
            Math.min(count, COLUMNS),
            COLORS,
            sizes.get(1),
            sizes.get(2));
    for (int from = 0; from < count; from += COLUMNS) {
      int to = Math.min(from + COLUMNS, count);
      for (Shown what : Shown.values()) {
        for (int i = from; i < to; i++) {
          grid.add(picture(i, what), List.of());
        }
      }
    }
    return grid.draw();
  }

  private enum Shown {
    IMAGE,
    LABELS,
    PREDICTED
  }

  /** An image in color, with or without classes over it. */
  private float[] picture(int index, Shown what) {
    Map<String, ArrayData> example = examples.batch(index);
    float[] image = ((ArrayData.Floats) example.get("input")).values();
    normalization.undo(image, examples.spec().sizes());
    int[] labels = ((ArrayData.Ints) example.get("label")).values();
    int pixels = labels.length;
    int channels = image.length / pixels;
    float[] colored = new float[COLORS * pixels];
    for (int i = 0; i < colored.length; i++) {
      int pixel = i % pixels;
      int label =
          switch (what) {
            case IMAGE -> 0;
            case LABELS -> labels[pixel];
            case PREDICTED -> predicted[index * pixels + pixel];
          };
      colored[i] =
          label == 0
              ? image[i % image.length] // of the only channel if it is gray
              : gray(image, pixel, channels) * (1 - OPACITY) + OPACITY * channel(label, i / pixels);
    }
    return colored;
  }

  /** Without the color of the image, so that a class has one hue. */
  private static float gray(float[] image, int pixel, int channels) {
    int pixels = image.length / channels;
    float sum = 0;
    for (int channel = 0; channel < channels; channel++) {
      sum += image[channel * pixels + pixel];
    }
    return sum / channels;
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
