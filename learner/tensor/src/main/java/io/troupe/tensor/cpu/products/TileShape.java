package io.troupe.tensor.cpu.products;

/**
 * What a kernel is generated for: a tile of {@code rows} rows and 1, 2, 4 or 8 vectors, whose sums
 * are all in registers.
 *
 * @param mode what happens to the sums
 * @param isMasked whether only some lanes of each vector are computed
 * @param isIndexed whether rows of the right operand are where a table says
 */
record TileShape(int rows, int vectors, Mode mode, boolean isMasked, boolean isIndexed) {

  /** Indexes are below this. */
  static final int COUNT = 1024;

  /** A number for each shape, as the place of its kernel in a table. */
  int index() {
    int size = Integer.numberOfTrailingZeros(vectors) << 4 | rows;
    int flags = (isMasked ? 2 : 0) | (isIndexed ? 1 : 0);
    return (size << 2 | mode.ordinal()) << 2 | flags;
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
