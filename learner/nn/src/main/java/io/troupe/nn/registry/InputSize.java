package io.troupe.nn.registry;

/**
 * The valid sizes of one dimension of an input.
 *
 * @param name such as {@code channels}
 * @param least the smallest size
 * @param most the largest size
 * @param multipleOf a number that divides the size; 1 for any
 */
public record InputSize(String name, int least, int most, int multipleOf) {
  /** Any size above 0. */
  public static InputSize any(String name) {
    return new InputSize(name, 1, Integer.MAX_VALUE, 1);
  }

  /** Exactly one size. */
  public static InputSize exactly(String name, int size) {
    return new InputSize(name, size, size, 1);
  }

  /** This size or a larger one. */
  public static InputSize atLeast(String name, int size) {
    return new InputSize(name, size, Integer.MAX_VALUE, 1);
  }

  /** A multiple of a number. */
  public static InputSize multipleOf(String name, int number) {
    return new InputSize(name, number, Integer.MAX_VALUE, number);
  }

  /** Whether a size is one of these. */
  public boolean fits(int size) {
    return size >= least && size <= most && size % multipleOf == 0;
  }

  @Override
  public String toString() {
    if (least == most) {
      return name + " " + least;
    }
    if (multipleOf > 1) {
      return name + " a multiple of " + multipleOf;
    }
    return least > 1 ? name + " " + least + " or more" : name;
  }
}
