package io.troupe.tensor.cpu.norms;

/**
 * The addresses of the operands of a normalization of rows that are stored one after another.
 * Absent operands are 0.
 *
 * @param out result
 * @param mean the mean of each row
 * @param rstd the reciprocal standard deviation of each row, which is written
 * @param weight one row
 * @param bias one row
 * @param n elements of a row
 */
record NormRows(long out, long mean, long rstd, long x, long weight, long bias, int n) {
  /** The rows from one on. */
  NormRows from(long row) {
    return new NormRows(
        out + 4 * row * n,
        mean == 0 ? 0 : mean + 4 * row,
        rstd + 4 * row,
        x + 4 * row * n,
        weight,
        bias,
        n);
  }
}
