package io.troupe.data;

import io.troupe.tensor.random.Philox;

/** A random order of rows or examples. */
public final class Permutation {
  private Permutation() {}

  /**
   * A random permutation of the numbers from 0 to {@code size}, exclusive (Fisher and Yates).
   *
   * @param size 0 or more
   */
  public static int[] of(Philox draws, int size) {
    int[] rows = new int[size];
    for (int i = 0; i < size; i++) {
      rows[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
      int j = (int) (draws.uniform(i) * (i + 1));
      int swapped = rows[i];
      rows[i] = rows[j];
      rows[j] = swapped;
    }
    return rows;
  }
}
