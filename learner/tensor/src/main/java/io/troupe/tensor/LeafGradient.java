package io.troupe.tensor;

import io.troupe.tensor.memory.Memory;

/**
 * The gradient that a leaf collects. Once forgotten, its memory serves others: between the backward
 * passes of a training step there is room for activations in its place.
 */
final class LeafGradient {
  private Tensor collected;

  /** What has been collected since it was last forgotten, or null. */
  Tensor get() {
    return collected;
  }

  void forget() {
    if (collected != null) {
      collected.scope().release(collected);
      collected = null;
    }
  }

  /** The buffer to add to: in the scope of the leaf, zeroed when nothing has been collected. */
  Tensor buffer(Tensor leaf) {
    if (collected == null) {
      collected = Tensor.empty(leaf.scope(), leaf.dtype(), leaf.shape());
      Memory.clear(collected.address(), collected.sizeBytes());
    }
    return collected;
  }
}
