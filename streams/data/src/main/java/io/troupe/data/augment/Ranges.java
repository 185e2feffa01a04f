package io.troupe.data.augment;

/** Checks the settings of augmentations. */
final class Ranges {
  private Ranges() {}

  static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "augment " + name + " must be " + expected + ", got " + value);
    }
  }

  static void requireProbability(String name, double p) {
    require(p >= 0 && p <= 1, name, p, "a probability between 0 and 1");
  }
}
