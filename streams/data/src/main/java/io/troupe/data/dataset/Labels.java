package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The classes of labels. */
final class Labels {
  /** The most classes that labels may have. */
  static final int MAX_CLASSES = 1 << 20;

  private Labels() {}

  /**
   * How many classes there are.
   *
   * @param source for messages
   * @param labels of the training part
   * @param configured setting num-classes; 0 to count them
   * @throws DataFormatException if a label is out of range
   */
  static int numClasses(Object source, int[] labels, int configured) {
    int most = Arrays.stream(labels).max().orElse(0);
    int numClasses = configured > 0 ? configured : (int) Math.min(MAX_CLASSES, most + 1L);
    require(source, labels, numClasses);
    return numClasses;
  }

  /**
   * Refuses labels that are no class.
   *
   * @throws DataFormatException naming the first
   */
  static void require(Object source, int[] labels, int numClasses) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= numClasses) {
        throw new DataFormatException(
            "%s: the label %d of example %d is out of range, expected 0 to %d"
                .formatted(source, labels[i], i, numClasses - 1));
      }
    }
  }

  /** Names for classes that have none: their numbers. */
  static List<String> numbers(int numClasses) {
    return IntStream.range(0, numClasses).mapToObj(String::valueOf).toList();
  }
}
