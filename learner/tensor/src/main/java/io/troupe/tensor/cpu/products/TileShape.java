package io.troupe.tensor.cpu.products;

/**
 * The properties of a kernel's tiles: {@code rows} rows and 1, 2, 4 or 8 vectors, whose sums are
 * all in registers.
 *
 * @param isUneven whether the first tiles have one more row
 * @param mode what happens to the sums
 * @param isMasked whether only some lanes of each vector are computed
 * @param isIndexed whether rows of the right operand are where a table says
 * @param prefetchedLines cache lines of each of the next panels that are prefetched in four steps
 *     of k: 1, 2 or 4. With 0, the kernel prefetches the panels that it reads, a little ahead.
 */
record TileShape(
    int rows,
    boolean isUneven,
    int vectors,
    Mode mode,
    boolean isMasked,
    boolean isIndexed,
    int prefetchedLines) {

  /** Indexes are below this. */
  static final int COUNT = 1 << 13;

  /** A number for each shape, as the place of its kernel in a table. */
  int index() {
    int size = Integer.numberOfTrailingZeros(vectors) << 4 | rows;
    int flags = (isUneven ? 4 : 0) | (isMasked ? 2 : 0) | (isIndexed ? 1 : 0);
    int prefetch = prefetchedLines == 0 ? 3 : Integer.numberOfTrailingZeros(prefetchedLines);
    return ((size << 2 | mode.ordinal()) << 3 | flags) << 2 | prefetch;
  }

  /** What a kernel does with its sums. */
  enum Mode {
    /** Sums start with zero and overwrite {@code out}. */
    SET,
    /**
     * Sums start with zero and are added to another matrix, or a row; {@code out} gets the result.
     */
    ADD,
    /** Sums start with the contents of {@code out} and overwrite it. */
    CONTINUE
  }
}
