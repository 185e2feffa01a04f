package io.troupe.nn.losses;

import io.troupe.tensor.Tensor;

/** Compares what a model gives with what it should give. */
@FunctionalInterface
public interface Loss {
  /**
   * The loss; smaller is better.
   *
   * @param input what the model gave; gradients flow into it
   * @param target what was wanted; the implementation says in which shape
   */
  Tensor forward(Tensor input, Tensor target);
}
