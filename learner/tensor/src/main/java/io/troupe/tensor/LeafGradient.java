package io.troupe.tensor;

/** The gradient that a leaf collects; its memory is kept from one step to the next. */
final class LeafGradient {
  private Tensor collected;
  private boolean stale;

  /** What has been collected since it was last forgotten, or null. */
  Tensor get() {
    return stale ? null : collected;
  }

  void forget() {
    stale = true;
  }

  /** The buffer to add to: in the scope of the leaf, zeroed when nothing has been collected. */
  Tensor buffer(Tensor leaf) {
    if (collected == null) {
      collected = Tensor.empty(leaf.scope(), leaf.dtype(), leaf.shape());
      stale = true;
    }
    if (stale) {
      Memory.clear(collected.address(), collected.sizeBytes());
      stale = false;
    }
    return collected;
  }
}
