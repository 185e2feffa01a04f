package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/** Parameter updates in one pass over memory, with PyTorch's formulas. */
public interface OptimizerOps {
  /**
   * One step of Adam or AdamW.
   *
   * @param gradScale multiplies the gradient first (clipping)
   * @param decoupled whether weight decay scales the parameter (AdamW) instead of adding to the
   *     gradient
   * @param step counted from 1, for the bias corrections
   */
  void adam(
      Tensor param,
      Tensor grad,
      Tensor expAvg,
      Tensor expAvgSq,
      double lr,
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      boolean decoupled,
      long step,
      double gradScale);

  /**
   * One step of SGD.
   *
   * @param momentumBuffer updated; null when momentum is 0
   * @param first whether the buffer is initialized with the gradient, without dampening
   */
  void sgd(
      Tensor param,
      Tensor grad,
      Tensor momentumBuffer,
      double lr,
      double momentum,
      double dampening,
      double weightDecay,
      boolean nesterov,
      boolean first,
      double gradScale);
}
