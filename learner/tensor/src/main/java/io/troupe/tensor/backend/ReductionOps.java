package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;
import java.util.List;

/** Operations that combine elements along dimensions. */
public interface ReductionOps {
  /**
   * Reduces {@code a} to the shape of {@code out}, which broadcasts to the shape of {@code a}: the
   * dimensions that are 1 or missing in {@code out} are reduced. The maximum of no elements is
   * -infinity, the sum 0.
   */
  void reduce(ReduceOp op, Tensor out, Tensor a);

  /** The index (INT32) of the first largest element of each row of the innermost dimension. */
  void argmax(Tensor out, Tensor a);

  /** The sum of the squares of all elements, accumulated in double precision. */
  default double sumSquares(Tensor a) {
    return sumSquaresOfAll(List.of(a));
  }

  /** The sum of {@link #sumSquares(Tensor)} of each tensor, in order. */
  double sumSquaresOfAll(List<Tensor> tensors);

  /**
   * Softmax over the innermost dimension; a row that contains only -infinity becomes NaN, as in
   * PyTorch.
   */
  void softmax(Tensor out, Tensor a);

  /** {@code dx = y * (dy - sum(dy * y))} by rows. */
  void softmaxGrad(Tensor dx, Tensor dy, Tensor y);

  /** Log-softmax over the innermost dimension. */
  void logSoftmax(Tensor out, Tensor a);

  /** {@code dx = dy - exp(y) * sum(dy)} by rows. */
  void logSoftmaxGrad(Tensor dx, Tensor dy, Tensor y);
}
