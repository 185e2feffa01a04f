package io.troupe.tensor.cpu.products;

/**
 * The addresses and strides of the matrices of a product {@code out (m, n) = a (m, k) b (k, n)}.
 * Strides are in bytes; a transposed operand swaps its two strides.
 *
 * @param aRow from one row of {@code a} to the next, {@code aStep} from one k to the next
 * @param bStep from one k of {@code b} to the next, {@code bColumn} from one column to the next
 */
public record Operands(
    int m,
    int n,
    int k,
    long a,
    long aRow,
    long aStep,
    long b,
    long bStep,
    long bColumn,
    long out,
    long outRow) {

  /** Dense row-major matrices of elements of {@code size} bytes. */
  static Operands dense(
      int m,
      int n,
      int k,
      long a,
      boolean transposeA,
      long b,
      boolean transposeB,
      long out,
      long size) {
    return new Operands(
        m,
        n,
        k,
        a,
        transposeA ? size : size * k,
        transposeA ? size * m : size,
        b,
        transposeB ? size : size * n,
        transposeB ? size * k : size,
        out,
        size * n);
  }

  /** The product {@code index} places further in a batch of dense matrices. */
  Operands item(int index, boolean sharedB, long size) {
    long b0 = sharedB ? b : b + index * size * k * n;
    return new Operands(
        m,
        n,
        k,
        a + index * size * m * k,
        aRow,
        aStep,
        b0,
        bStep,
        bColumn,
        out + index * size * m * n,
        outRow);
  }

  /** The same with n columns from {@code nFrom} and k products from {@code kFrom}; FLOAT32. */
  Operands block(int nFrom, int columns, int kFrom, int length) {
    return new Operands(
        m,
        columns,
        length,
        a + kFrom * aStep,
        aRow,
        aStep,
        b + kFrom * bStep + nFrom * bColumn,
        bStep,
        bColumn,
        out + (long) nFrom * Float.BYTES,
        outRow);
  }

  /** The FLOAT32 product with {@code b} packed. */
  Product packed(int kBlock, long panels, long bias, boolean accumulate) {
    return new Product(m, n, k, kBlock, a, aRow, aStep, panels, out, outRow, bias, accumulate);
  }

  /** The FLOAT32 product with {@code b} as it is, whose columns are adjacent. */
  Product unpacked(int kBlock, long bias, boolean accumulate) {
    return new Product(
        m,
        n,
        k,
        kBlock,
        a,
        aRow,
        aStep,
        b,
        bStep,
        PackedPanels.ROW_BYTES,
        out,
        outRow,
        bias,
        accumulate);
  }
}
