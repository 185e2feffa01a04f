package io.troupe.tensor.cpu.norms;

/**
 * The addresses of the operands of a gradient of rows that are stored one after another. Absent
 * operands are 0.
 *
 * @param dx gradient of x, which is not computed if absent
 * @param accumulate whether the gradient of x is added to {@code dx}
 * @param mean the mean of each row
 * @param rstd the reciprocal standard deviation of each row
 * @param weight one row
 * @param n elements of a row
 */
record NormGradRows(
    long dx, boolean accumulate, long dy, long x, long mean, long rstd, long weight, int n) {
  /** The rows from one on. */
  NormGradRows from(long row) {
    return new NormGradRows(
        dx == 0 ? 0 : dx + 4 * row * n,
        accumulate,
        dy + 4 * row * n,
        x + 4 * row * n,
        mean == 0 ? 0 : mean + 4 * row,
        rstd + 4 * row,
        weight,
        n);
  }
}
