package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;

/**
 * Turns one tensor into another. Layers with parameters are modules as well; those without may be
 * method references.
 */
@FunctionalInterface
public interface Layer {
  /** Applies the layer; the implementation says which shapes it takes and gives. */
  Tensor forward(Tensor x);
}
