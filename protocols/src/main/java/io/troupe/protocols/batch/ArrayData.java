package io.troupe.protocols.batch;

import java.util.Arrays;

/**
 * A row-major array of numbers. The values are not copied: the caller must not change them after
 * construction.
 */
public sealed interface ArrayData {
  /** The size of each dimension. */
  int[] sizes();

  /** Real numbers such as pixels and features. */
  record Floats(float[] values, int... sizes) implements ArrayData {
    /** Checks that the sizes hold the values. */
    public Floats {
      requireHolds(values.length, sizes);
    }
  }

  /** Labels and token ids. */
  record Ints(int[] values, int... sizes) implements ArrayData {
    /** Checks that the sizes hold the values. */
    public Ints {
      requireHolds(values.length, sizes);
    }
  }

  private static void requireHolds(int numValues, int[] sizes) {
    long held = 1;
    for (int size : sizes) {
      held = Math.multiplyExact(held, size);
    }
    if (held != numValues) {
      throw new IllegalArgumentException(
          "sizes must hold %d values, got %s".formatted(numValues, Arrays.toString(sizes)));
    }
  }
}
