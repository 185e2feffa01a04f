package io.troupe.data.dataset;

import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.protocols.batch.ArrayData;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Labels and targets that belong to the pixels of a picture, (..., height, width): they go where
 * their pixels go.
 *
 * <p>A pixel that came in from outside the picture has the label {@link
 * CrossEntropyLoss#IGNORE_INDEX}, also where there are two classes: pixels are learned by
 * cross-entropy, which leaves it out. Its target is 0, as the picture is there: the loss of numbers
 * leaves nothing out, and of a mask 0 is the background.
 */
final class PixelLabels {
  private PixelLabels() {}

  /**
   * Moves what belongs to pixels, in place; leaves what belongs to whole examples.
   *
   * @param gathered labels or targets of a batch
   * @param sizes of an example's input
   * @param transform that the input of the batch had
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
