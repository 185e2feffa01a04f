package io.troupe.data.dataset;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What one example of a dataset is.
 *
 * @param kind how its input is to be read
 * @param sizes of its input: (channels, height, width) of a picture, (features) of a row, (time) of
 *     a text
 * @param numClasses how many values a label can have, the size of the vocabulary for text; 0 where
 *     there are no labels, or they are numbers
 * @param classNames by label; numbers where the data has no names, empty for text
 */
public record ExampleSpec(Kind kind, List<Integer> sizes, int numClasses, List<String> classNames) {
  /** What the input of an example is. */
  public enum Kind {
    /** Pixels between 0 and 1 before normalisation. */
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

  /** The sizes as messages show them, such as {@code 1x28x28}. */
  public String shape() {
    return shape(sizes);
  }

  static String shape(List<Integer> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
