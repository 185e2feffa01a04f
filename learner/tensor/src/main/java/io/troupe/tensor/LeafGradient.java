package io.troupe.tensor;

import io.troupe.tensor.memory.Memory;

/**
 * The gradient that a leaf accumulates. Its memory is released by {@link #forget}, so that
 * activations of the next step can use it.
 */
final class LeafGradient {
  private Tensor collected;

  /** The gradient accumulated since the last {@link #forget}, or null. */
  Tensor get() {
    return collected;
  }

  void forget() {
    if (collected != null) {
      collected.scope().release(collected);
      collected = null;
    }
  }

  /**
   * Returns the buffer to add to, in the scope of the leaf; it is zeroed if there is no gradient
   * yet.
   */
  Tensor buffer(Tensor leaf) {
    if (collected == null) {
      Tensor zeroed = undefined(leaf);
      Memory.clear(zeroed.address(), zeroed.sizeBytes());
    }
    return collected;
  }

  /** Allocates the gradient, in the scope of the leaf, with undefined contents. */
  Tensor undefined(Tensor leaf) {
    forget();
    collected = Tensor.gradient(leaf);
    return collected;
  }
}
