package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * Matrix products. An element of a product does not depend on the number of rows that are
 * multiplied together, so that a token's result does not depend on its batch.
 */
public interface MatrixOps {
  /**
   * {@code out = op(a) op(b)}, or {@code out += ...} when accumulating.
   *
   * @param out (batch..., m, n)
   * @param a (batch..., m, k), or (batch..., k, m) when {@code transposeA}
   * @param b (batch..., k, n), or (batch..., n, k) when {@code transposeB}; without batch
   *     dimensions it is shared by all batches
   */
  void matmul(
      Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean accumulate);

  /**
   * {@code out = x weightT + bias}.
   *
   * @param out (rows, outFeatures)
   * @param x (rows, inFeatures)
   * @param weight (outFeatures, inFeatures); a packed copy may be cached until its contents change,
   *     if it is in a long-lived scope
   * @param bias (outFeatures), or null
   */
  void linear(Tensor out, Tensor x, Tensor weight, Tensor bias);

  /**
   * Replaces the row-major memory of a long-lived weight by the layout in which {@link #linear}
   * reads it, if the backend has one and the weight has its storage for itself. Afterwards only
   * {@code linear}, lookups of rows and the transfer of bytes accept the weight.
   *
   * @param weight (outFeatures, inFeatures)
   */
  default void storePacked(Tensor weight) {}
}
