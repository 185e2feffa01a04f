package io.troupe.data.dataset;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The kind and sizes of one example of a dataset.
 *
 * @param kind kind of the input
 * @param sizes of its input: (channels, height, width) of an image, (features) of a row, (time) of
 *     a text
 * @param numClasses number of classes, or the size of the vocabulary for text; 0 if there are no
 *     labels or labels are numbers
 * @param classNames by label; the class numbers if the data has no names; empty for text
 */
public record ExampleSpec(Kind kind, List<Integer> sizes, int numClasses, List<String> classNames) {
  /** The kind of an input. */
  public enum Kind {
    /** Pixels between 0 and 1, before normalization. */
    IMAGE,
    /** Numbers. */
    FEATURES,
    /** Ids, such as characters. */
    TOKENS
  }

  /** Copies the lists. */
  public ExampleSpec {
    sizes = List.copyOf(sizes);
    classNames = List.copyOf(classNames);
  }

  /** The sizes for messages, such as {@code 1x28x28}. */
  public String shape() {
    return shape(sizes);
  }

  static String shape(List<Integer> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
