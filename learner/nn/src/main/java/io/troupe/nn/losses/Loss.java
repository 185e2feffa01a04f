package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;

/** Compares the output of a model with a target. */
@FunctionalInterface
public interface Loss {
  /**
   * The loss; smaller is better.
   *
   * @param input output of the model; receives the gradient
   * @param target the expected output; the implementation defines the shape
   */
  Tensor forward(Tensor input, Tensor target);
}
