package io.troupe.tensor.cpu;

/**
 * Products of rows with panels whose sums are handed over tile by tile instead of being written to
 * a matrix. Every sum starts at zero and adds its products in order with fused multiply-adds.
 */
final class Tiles {
  private Tiles() {}

  /** Takes the sums of a tile. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes a tile.
     *
     * @param row its first row, of {@code rows}
     * @param panel its first panel, of {@code panels}, which lie side by side
     * @param sums {@link ProductScratch#SUMS_ROW_BYTES} from row to row
     */
    void take(int row, int rows, int panel, int panels, long sums);
  }

  /**
   * Computes all tiles of some rows and panels.
   *
   * @param k products per sum
   * @param a the first row, with {@code aRow} bytes to the next and {@code aStep} from one k to the
   *     next
   * @param panels the first panel, with {@code panelBytes} to the next
   */
  static void run(
      int rows,
      int k,
      long a,
      long aRow,
      long aStep,
      long panels,
      long panelBytes,
      int numPanels,
      Sink sink) {
    long sums = ProductScratch.ofThread().sums();
    int tall = rows - rows % Product.MAX_ROWS;
    for (int panel = 0; panel < numPanels; panel++) {
      long b = panels + panel * panelBytes;
      for (int row = 0; row < tall; row += Product.MAX_ROWS) {
        Product.sums(Product.MAX_ROWS, k, a + row * aRow, aRow, aStep, b, b, b, b, sums);
        sink.take(row, Product.MAX_ROWS, panel, 1, sums);
      }
    }
    for (int row = tall; row < rows; ) {
      int together = Product.rowsAtOnce(rows - row);
      int wide = together == 4 ? 2 : Product.MAX_PANELS;
      for (int panel = 0; panel < numPanels; panel += wide) {
        int last = numPanels - 1;
        Product.sums(
            together,
            k,
            a + row * aRow,
            aRow,
            aStep,
            panels + panel * panelBytes,
            panels + Math.min(panel + 1, last) * panelBytes,
            panels + Math.min(panel + 2, last) * panelBytes,
            panels + Math.min(panel + 3, last) * panelBytes,
            sums);
        sink.take(row, together, panel, Math.min(wide, numPanels - panel), sums);
      }
      row += together;
    }
  }
}
