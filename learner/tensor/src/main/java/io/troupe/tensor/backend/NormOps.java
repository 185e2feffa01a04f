package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/** Normalization over the innermost dimension; statistics are saved for the gradient. */
public interface NormOps {
  /**
   * Layer normalization (arXiv:1607.06450).
   *
   * @param out (rows, features)
   * @param mean (rows), written
   * @param rstd (rows), written: 1 / sqrt(variance + eps), biased variance
   * @param weight (features)
   * @param bias (features), or null
   */
  void layerNorm(
      Tensor out, Tensor mean, Tensor rstd, Tensor x, Tensor weight, Tensor bias, double eps);

  /**
   * Gradients of {@link #layerNorm}. {@code dx} is overwritten; {@code dWeight} and {@code dBias}
   * are added to. Any of the three may be null.
   */
  void layerNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor rstd,
      Tensor weight);

  /** Root-mean-square normalization (arXiv:1910.07467); {@code rstd} (rows) is written. */
  void rmsNorm(Tensor out, Tensor rstd, Tensor x, Tensor weight, double eps);

  /**
   * Gradients of {@link #rmsNorm}: {@code dWeight} is added to, and so is {@code dx} when
   * accumulating, else it is overwritten; either may be null.
   *
   * @param dx may be {@code dy} unless accumulating
   */
  void rmsNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dy,
      Tensor x,
      Tensor rstd,
      Tensor weight,
      boolean accumulate);
}
