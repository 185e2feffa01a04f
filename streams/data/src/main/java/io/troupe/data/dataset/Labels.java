package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Counts and checks the classes of labels. */
final class Labels {
  /** Maximum number of classes. */
  static final int MAX_CLASSES = 1 << 20;

  private Labels() {}

  /**
   * The number of classes.
   *
   * @param source for messages
   * @param labels of the training part
   * @param configured value of num-classes; 0 to count the classes
   * @throws DataFormatException if a label is out of range
   */
  static int numClasses(Object source, int[] labels, int configured) {
    int most = Arrays.stream(labels).max().orElse(0);
    int numClasses = configured > 0 ? configured : (int) Math.min(MAX_CLASSES, most + 1L);
    require(source, labels, numClasses);
    return numClasses;
  }

  /**
   * Checks that each label is a class.
   *
   * @throws DataFormatException naming the first label that is not
   */
  static void require(Object source, int[] labels, int numClasses) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= numClasses) {
        throw new DataFormatException(
            "%s: the label of example %d must be from 0 to %d, got %d"
                .formatted(source, i, numClasses - 1, labels[i]));
      }
    }
  }

  /** The numbers of classes as their names. */
  static List<String> numbers(int numClasses) {
    return IntStream.range(0, numClasses).mapToObj(String::valueOf).toList();
  }
}
