package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;

/** Normalizes vectors, so that their products are cosines. */
final class UnitRows {
  /** The minimum length, as in {@code torch.nn.functional.normalize}. */
  private static final double EPS = 1e-12;

  private UnitRows() {}

  /** Divides each row of a (rows, features) matrix by its 2-norm. */
  static Tensor of(Tensor x) {
    Tensor squares = x.apply(UnaryOp.SQUARE).sum(-1);
    Tensor norms = squares.sqrt().clamp(EPS, Double.POSITIVE_INFINITY);
    return x.div(norms.reshape(-1, 1));
  }
}
