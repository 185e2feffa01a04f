package io.troupe.tensor;

import io.troupe.tensor.memory.Memory;

/**
 * The gradient that a leaf accumulates. Its memory is released by {@link #forget}, so that
 * activations of the next step can use it; memory of the caller is not released.
 */
final class LeafGradient {
  private Tensor collected;
  private Tensor lent;

  /** The gradient accumulated since the last {@link #forget}, or null. */
  Tensor get() {
    return collected;
  }

  void forget() {
    if (collected != null && collected != lent) {
      collected.scope().release(collected);
    }
    collected = null;
  }

  /** Discards the gradient; the next ones are collected in {@code memory}, if it is not null. */
  void collectIn(Tensor memory) {
    forget();
    lent = memory;
  }

  /** Discards the gradient and takes the one that the memory of {@link #collectIn} contains. */
  void takeLent() {
    forget();
    collected = lent;
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

  /** Returns memory for the gradient with undefined contents. */
  Tensor undefined(Tensor leaf) {
    forget();
    collected = lent == null ? Tensor.gradient(leaf) : lent;
    return collected;
  }
}
