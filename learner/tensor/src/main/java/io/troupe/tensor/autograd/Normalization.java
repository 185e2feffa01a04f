package io.troupe.tensor.autograd;

import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.NormOps;

/** Layer and root-mean-square normalization over the innermost dimension, with their gradients. */
public final class Normalization {
  private Normalization() {}

  /**
   * Layer normalization (arXiv:1607.06450).
   *
   * @param x (..., features)
   * @param weight (features)
   * @param bias (features), or null
   */
  public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double eps) {
    requireFeatures("layerNorm", x, weight);
    Tensor out = Tensor.empty(x.dtype(), x.shape());
    Tensor mean = Tensor.empty(x.dtype(), Shape.of(x.shape().rows()));
    Tensor rstd = Tensor.empty(x.dtype(), mean.shape());
    Backend.of(out).normalization().layerNorm(out, mean, rstd, x, weight, bias, eps);
    return Node.record(
        "layerNorm",
        out,
        Saved.of(x, mean, rstd, weight),
        (gradient, inputs) -> {
          Tensor dx = inputs.needed(0) ? Tensor.empty(x.dtype(), x.shape()) : null;
          Backend.of(out)
              .normalization()
              .layerNormGrad(
                  dx, inputs.buffer(1), inputs.buffer(2), gradient, x, mean, rstd, weight);
          if (dx != null) {
            inputs.add(0, dx);
          }
        },
        x,
        weight,
        bias);
  }

  /**
   * Root-mean-square normalization (arXiv:1910.07467).
   *
   * @param x (..., features)
   * @param weight (features)
   */
  public static Tensor rmsNorm(Tensor x, Tensor weight, double eps) {
    requireFeatures("rmsNorm", x, weight);
    Tensor out = Tensor.empty(x.dtype(), x.shape());
    Tensor rstd = Tensor.empty(x.dtype(), Shape.of(x.shape().rows()));
    Backend.of(out).normalization().rmsNorm(out, rstd, x, weight, eps);
    return Node.record(
        "rmsNorm",
        out,
        Saved.of(x, rstd, weight),
        (gradient, inputs) -> rmsNormGrad(gradient, x, rstd, weight, inputs),
        x,
        weight);
  }

  private static void rmsNormGrad(
      Tensor gradient, Tensor x, Tensor rstd, Tensor weight, InputGradients inputs) {
    Tensor before = inputs.own(0);
    Tensor dx = before;
    if (before == null && inputs.needed(0)) {
      dx = inputs.over(gradient);
    }
    Tensor dWeight = inputs.buffer(1);
    NormOps norms = Backend.of(gradient).normalization();
    norms.rmsNormGrad(dx, dWeight, gradient, x, rstd, weight, before != null);
    if (before == null && dx != null) {
      inputs.add(0, dx);
    }
  }

  private static void requireFeatures(String operation, Tensor x, Tensor weight) {
    Elementwise.requireSameType(operation, x, weight);
    if (x.rank() < 1 || weight.rank() != 1 || x.size(-1) != weight.size(0)) {
      throw new ShapeException(
          operation
              + " of "
              + x.shape()
              + " with weight "
              + weight.shape()
              + " must be (..., features) and (features)");
    }
  }
}
