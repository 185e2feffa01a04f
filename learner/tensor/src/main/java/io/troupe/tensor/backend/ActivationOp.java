package io.troupe.tensor.backend;

/** Activation functions with numbers of their own, with PyTorch's meaning. */
public sealed interface ActivationOp {
  /** The constants of self-normalizing networks (arXiv:1706.02515). */
  ActivationOp SELU = new Elu(1.6732632423543772, 1.0507009873554805);

  /** {@code x > 0 ? x : negativeSlope * x}. */
  record LeakyRelu(double negativeSlope) implements ActivationOp {}

  /** {@code scale * (x > 0 ? x : alpha * (exp(x) - 1))} (arXiv:1511.07289). */
  record Elu(double alpha, double scale) implements ActivationOp {}

  /**
   * {@code log(1 + exp(beta * x)) / beta}.
   *
   * @param beta above 0
   * @param threshold where {@code beta * x} is larger, the function is {@code x} itself
   */
  record Softplus(double beta, double threshold) implements ActivationOp {}
}
