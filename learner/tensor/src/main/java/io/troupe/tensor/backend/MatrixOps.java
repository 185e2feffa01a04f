package io.troupe.tensor.backend;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.Tensor;
import java.util.List;

/**
 * Matrix products. An element of a product does not depend on the number of rows that are
 * multiplied together, so that a token's result does not depend on its batch.
 */
public interface MatrixOps {
  /**
   * {@code out = op(a) op(b)}, or {@code out += ...} when accumulating. Then parts of the sum over
   * k may be added to {@code out} one by one.
   *
   * @param out (batch..., m, n)
   * @param a (batch..., m, k), or (batch..., k, m) when {@code transposeA}
   * @param b (batch..., k, n), or (batch..., n, k) when {@code transposeB}; without batch
   *     dimensions it is shared by all batches
   */
  void matmul(
      Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean accumulate);

  /**
   * {@code out += op(a) op(b)} with the bits of a sum of two tensors: each element of the product
   * is complete before it is added.
   *
   * @param out (m, n)
   * @param a (m, k), or (k, m) when {@code transposeA}
   * @param b (k, n), or (n, k) when {@code transposeB}
   */
  void addMatmul(Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB);

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
   * Several layers of one input, with the same results as one call of {@link #linear(Tensor,
   * Tensor, Tensor, Tensor)} each.
   *
   * @param x (rows, inFeatures)
   */
  default void linearLayers(Tensor x, List<LinearLayer> layers) {
    for (LinearLayer layer : layers) {
      linear(layer.out(), x, layer.weight(), layer.bias());
    }
  }

  /**
   * {@code out = residual + (x weightT + bias)}.
   *
   * @param out (rows, outFeatures), not {@code residual}
   * @param residual the same shape
   */
  default void linearAdd(Tensor out, Tensor residual, Tensor x, Tensor weight, Tensor bias) {
    linear(out, x, weight, bias);
    Backend.of(out).elementwise().binary(BinaryOp.ADD, out, residual, out);
  }

  /**
   * {@code out = silu(gate) * up} of two layers of one input (arXiv:2002.05202).
   *
   * @param out (rows, outFeatures)
   * @param gate its output is written, too
   * @param up likewise
   */
  default void linearSwiglu(Tensor out, Tensor x, LinearLayer gate, LinearLayer up) {
    linearLayers(x, List.of(gate, up));
    Backend.of(out).elementwise().swiglu(out, gate.out(), up.out());
  }

  /**
   * The length of the blocks in which a product sums over {@code k} values: a product over parts of
   * k, each a whole number of blocks, that accumulates has the bits of one product over all.
   */
  default int sumBlock(int k) {
    return 1;
  }

  /**
   * Replaces the row-major memory of a long-lived weight by the layout in which {@link #linear}
   * reads it, if the backend has one and the weight has its storage for itself. Afterwards only
   * {@code linear}, lookups of rows and the transfer of bytes accept the weight.
   *
   * @param weight (outFeatures, inFeatures)
   */
  default void storePacked(Tensor weight) {}
}
