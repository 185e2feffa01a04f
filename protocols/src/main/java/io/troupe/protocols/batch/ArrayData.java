package io.troupe.protocols.batch;

/**
 * A row-major array of numbers. The values are not copied: whoever makes one hands them over and
 * writes them no more.
 */
public sealed interface ArrayData {
  /** The size of each dimension. */
  int[] sizes();

  /** Numbers such as pixels and features. */
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
          numValues + " values do not fill the sizes " + java.util.Arrays.toString(sizes));
    }
  }
}
