package io.troupe.tensor;

import java.util.SplittableRandom;

/** Seeded random patterns of sparse matrices for tests. */
public final class RandomGraphs {
  private RandomGraphs() {}

  /**
   * Entries at random positions in random order. Some rows and columns have no entries, and some
   * positions occur twice.
   */
  public static Csr of(int numRows, int numColumns, int numEntries, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] rows = new int[numEntries];
    int[] columns = new int[numEntries];
    for (int i = 0; i < numEntries; i++) {
      rows[i] = random.nextInt(numRows);
      columns[i] = random.nextInt(numColumns);
    }
    return Csr.of(numRows, numColumns, rows, columns);
  }
}
