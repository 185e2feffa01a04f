package io.troupe.data.dataset;

import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.protocols.batch.ArrayData;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Moves the labels and targets of pixels, (..., height, width), with the pixels.
 *
 * <p>A pixel from outside the image has the label {@link CrossEntropyLoss#IGNORE_INDEX}, which the
 * loss leaves out, and the target 0, as its input: the loss of numbers leaves nothing out, and 0 is
 * the background of a mask.
 */
final class PixelLabels {
  private PixelLabels() {}

  /**
   * Moves an array of pixels in place; an array of whole examples does not change.
   *
   * @param gathered labels or targets of a batch
   * @param sizes of an example's input
   * @param transform applied to the input of the batch
   */
  static void move(ArrayData gathered, List<Integer> sizes, ExampleTransform transform) {
    int[] all = gathered.sizes();
    if (!isOfPixels(all, sizes)) {
      return;
    }
    int height = sizes.get(1);
    int width = sizes.get(2);
    int planes = Arrays.stream(all, 1, all.length - 2).reduce(1, Math::multiplyExact);
    for (int i = 0; i < all[0]; i++) {
      Optional<int[]> origins = transform.origins(height, width, i);
      for (int plane = i * planes; origins.isPresent() && plane < (i + 1) * planes; plane++) {
        move(gathered, plane * height * width, origins.get());
      }
    }
  }

  private static boolean isOfPixels(int[] all, List<Integer> sizes) {
    return sizes.size() == 3
        && all.length >= 3
        && all[all.length - 2] == sizes.get(1)
        && all[all.length - 1] == sizes.get(2);
  }

  private static void move(ArrayData gathered, int offset, int[] origins) {
    switch (gathered) {
      case ArrayData.Ints(int[] values, int[] _) -> {
        int[] before = Arrays.copyOfRange(values, offset, offset + origins.length);
        for (int i = 0; i < origins.length; i++) {
          values[offset + i] = origins[i] < 0 ? CrossEntropyLoss.IGNORE_INDEX : before[origins[i]];
        }
      }
      case ArrayData.Floats(float[] values, int[] _) -> {
        float[] before = Arrays.copyOfRange(values, offset, offset + origins.length);
        for (int i = 0; i < origins.length; i++) {
          values[offset + i] = origins[i] < 0 ? 0 : before[origins[i]];
        }
      }
    }
  }
}
