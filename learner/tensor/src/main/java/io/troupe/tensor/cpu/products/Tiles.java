package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

/**
 * Products of rows with panels whose sums are passed on tile by tile instead of being written to a
 * matrix. Every sum starts at zero and adds its products in order with fused multiply-adds.
 */
public final class Tiles {
  private Tiles() {}

  /** Takes the sums of a tile. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes a tile.
     *
     * @param row its first row, of {@code rows}
     * @param panel its first panel, of {@code panels} adjacent ones
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
  public static void run(
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
    int eights = eights(rows);
    int twelves = (rows - 8 * eights) / Product.MAX_ROWS * Product.MAX_ROWS;
    int tall = twelves + 8 * eights;
    for (int panel = 0; panel < numPanels; panel++) {
      long b = panels + panel * panelBytes;
      for (int row = 0; row < tall; ) {
        int together = row < twelves ? Product.MAX_ROWS : 8;
        Product.sums(together, k, a + row * aRow, aRow, aStep, b, b, b, b, sums);
        sink.take(row, together, panel, 1, sums);
        row += together;
      }
    }
    leftOver(tall, rows, k, a, aRow, aStep, panels, panelBytes, numPanels, sums, sink);
  }

  /** The rows that tall kernels need for {@code rows}: no fewer, and none is left over. */
  public static int tall(int rows) {
    return Product.MAX_ROWS < 12
        ? (rows + Product.MAX_ROWS - 1) / Product.MAX_ROWS * Product.MAX_ROWS
        : Math.max(8, (rows + 3) / 4 * 4);
  }

  /**
   * Computes all tiles of {@link #tall} rows and up to {@link Product#MAX_PANELS} panels straight
   * into a matrix of {@link ProductScratch#SUMS_ROW_BYTES} from row to row.
   *
   * @param k products per sum
   * @param a the first row, with {@code aRow} bytes to the next
   * @param panels the first panel, with {@code panelBytes} to the next
   */
  public static void into(
      int rows,
      int k,
      long a,
      long aRow,
      long panels,
      long panelBytes,
      int numPanels,
      long target) {
    int twelves = (rows - 8 * eights(rows)) / Product.MAX_ROWS * Product.MAX_ROWS;
    for (int panel = 0; panel < numPanels; panel++) {
      long b = panels + panel * panelBytes;
      for (int row = 0; row < rows; ) {
        int together = row < twelves ? Product.MAX_ROWS : 8;
        long to = target + row * ProductScratch.SUMS_ROW_BYTES + (long) panel * ROW_BYTES;
        Product.sums(together, k, a + row * aRow, aRow, Float.BYTES, b, b, b, b, to);
        row += together;
      }
    }
  }

  /** Rows that twelve at once would leave over are eights, where that comes out even. */
  private static int eights(int rows) {
    int left = rows % 12;
    if (Product.MAX_ROWS < 12 || left < 4) {
      return 0;
    }
    if (left >= 8) {
      return 1;
    }
    return rows >= 16 ? 2 : 0;
  }

  private static void leftOver(
      int from,
      int rows,
      int k,
      long a,
      long aRow,
      long aStep,
      long panels,
      long panelBytes,
      int numPanels,
      long sums,
      Sink sink) {
    int last = numPanels - 1;
    for (int row = from; row < rows; ) {
      int together = Product.rowsAtOnce(rows - row);
      int wide = together == 4 ? 2 : Product.MAX_PANELS;
      for (int panel = 0; panel < numPanels; panel += wide) {
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
