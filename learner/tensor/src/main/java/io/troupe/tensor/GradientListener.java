package io.troupe.tensor;

import java.util.Set;

/**
 * Observes which gradients of leaves a backward pass has completed, so that they can be used while
 * it continues. Called on the thread of the pass.
 */
public interface GradientListener {
  /** Observes nothing. */
  GradientListener NONE =
      new GradientListener() {
        @Override
        public void started(Set<Tensor> leaves) {}

        @Override
        public void completed(Tensor leaf) {}
      };

  /**
   * The pass begins.
   *
   * @param leaves whose gradients it may change; the gradients of all others are complete
   */
  void started(Set<Tensor> leaves);

  /** The pass does not change the gradient of a leaf any more. Called once for each leaf. */
  void completed(Tensor leaf);
}
