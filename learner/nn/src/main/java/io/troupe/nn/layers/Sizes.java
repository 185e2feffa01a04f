package io.troupe.nn.layers;

/** Checks of sizes that are settings. */
public final class Sizes {
  private Sizes() {}

  /**
   * Checks that one size divides another.
   *
   * @param name setting of the value
   * @param ofName setting of the divisor
   * @throws IllegalArgumentException naming both, if it does not
   */
  public static void requireMultiple(String name, int value, String ofName, int of) {
    if (of < 1 || value % of != 0) {
      throw new IllegalArgumentException(
          name + " must be a multiple of " + ofName + "=" + of + ", got " + value);
    }
  }
}
