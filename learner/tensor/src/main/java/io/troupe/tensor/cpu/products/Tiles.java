package io.troupe.tensor.cpu.products;

import static io.troupe.tensor.cpu.products.PackedPanels.COLUMNS;
import static io.troupe.tensor.cpu.products.PackedPanels.ROW_BYTES;

import io.troupe.tensor.cpu.products.TileShape.Mode;

/**
 * Products of one block of k, straight into a matrix. Every sum starts at zero and adds its
 * products in order with fused multiply-adds.
 */
public final class Tiles {
  private Tiles() {}

  /**
   * Computes a product with packed panels.
   *
   * @param panels the first panel, with {@code panelBytes} to the next
   * @param target its first element, with {@code targetRow} bytes from row to row
   * @param isFirst whether it is overwritten instead of added to
   */
  public static void sums(
      int rows,
      int k,
      long a,
      long aRow,
      long aStep,
      long panels,
      long panelBytes,
      int numPanels,
      long target,
      long targetRow,
      boolean isFirst) {
    multiply(
        rows,
        numPanels * COLUMNS,
        k,
        a,
        aRow,
        aStep,
        panels,
        ROW_BYTES,
        panelBytes,
        target,
        targetRow,
        isFirst);
  }

  /**
   * Computes a product with any right operand whose columns are adjacent within each panel.
   *
   * @param k products per sum
   * @param a the first row, with {@code aRow} bytes to the next and {@code aStep} from one k to the
   *     next
   * @param b the first panel, with {@code bStep} bytes from one k to the next and {@code bPanel}
   *     from panel to panel
   * @param target first element of the result, with {@code targetRow} bytes from row to row
   * @param isFirst whether the result is overwritten instead of added to
   */
  public static void multiply(
      int rows,
      int columns,
      int k,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      long bPanel,
      long target,
      long targetRow,
      boolean isFirst) {
    ProductKernels.BEST.run(
        new TileProduct(
            rows,
            columns,
            k,
            a,
            aRow,
            aStep,
            b,
            bStep,
            bPanel,
            isFirst ? Mode.SET : Mode.ADD,
            target,
            targetRow,
            target,
            targetRow));
  }

  /**
   * Computes a product whose rows of the right operand are anywhere: columns are adjacent.
   *
   * @param k products per sum
   * @param a the first row, with {@code aRow} bytes to the next
   * @param b what the offsets are counted from
   * @param offsets address of an offset in bytes for each row of the right operand
   * @param target first element of the result, with {@code targetRow} bytes from row to row
   * @param isFirst whether the result is overwritten instead of added to
   */
  public static void gather(
      int rows,
      int columns,
      int k,
      long a,
      long aRow,
      long b,
      long offsets,
      long target,
      long targetRow,
      boolean isFirst) {
    ProductKernels.BEST.run(
        new TileProduct(
            rows,
            columns,
            k,
            a,
            aRow,
            Float.BYTES,
            b,
            0,
            ROW_BYTES,
            isFirst ? Mode.SET : Mode.ADD,
            target,
            targetRow,
            target,
            targetRow,
            0,
            offsets));
  }
}
