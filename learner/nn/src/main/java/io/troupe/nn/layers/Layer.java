package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;

/**
 * A function from one tensor to another. Layers with parameters are modules as well; layers without
 * may be method references.
 */
@FunctionalInterface
public interface Layer {
  /** Applies the layer; the implementation defines the shapes. */
  Tensor forward(Tensor x);
}
