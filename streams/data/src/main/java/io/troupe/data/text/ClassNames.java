package io.troupe.data.text;

import io.troupe.data.DataFormatException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The classes of labels. Whole numbers are the classes themselves; other labels are numbered in
 * sorted order.
 */
final class ClassNames {
  private static final int MAX_CLASSES = 1 << 16;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  private final List<String> names;
  private final Map<String, Integer> classes = new HashMap<>();

  private ClassNames(List<String> names) {
    this.names = names;
    names.forEach(name -> classes.put(name, classes.size()));
  }

  /**
   * The classes of some labels.
   *
   * @param source for messages
   * @param labels of the training set
   * @param numClasses number of classes; 0 to count them
   */
  static ClassNames of(Object source, Collection<String> labels, int numClasses) {
    boolean areNumbers = labels.stream().allMatch(label -> NUMBER.matcher(label).matches());
    List<String> names;
    if (areNumbers) {
      int most = labels.stream().mapToInt(Integer::parseInt).max().orElse(0);
      require(source, most + 1, numClasses);
      names = IntStream.range(0, Math.max(most + 1, numClasses)).mapToObj(String::valueOf).toList();
    } else {
      names = List.copyOf(new TreeSet<>(labels));
      require(source, names.size(), numClasses);
    }
    return new ClassNames(names);
  }

  private static void require(Object source, int found, int numClasses) {
    int most = numClasses > 0 ? numClasses : MAX_CLASSES;
    if (found > most) {
      throw new DataFormatException(
          "%s must have at most %,d classes, got %,d".formatted(source, most, found));
    }
  }

  List<String> names() {
    return names;
  }

  /**
   * The class of a label.
   *
   * @param where for messages
   * @throws DataFormatException if it is not one of those of the training set
   */
  int of(String where, String label) {
    Integer known = classes.get(label);
    if (known == null) {
      throw new DataFormatException(
          "%s: label must be one of the %d classes of the training set, got '%s'"
              .formatted(where, names.size(), label));
    }
    return known;
  }
}
