package io.troupe.nn.diffusers;

import io.troupe.nn.attention.MultiHeadAttention;
import io.troupe.nn.attention.Projection;
import io.troupe.nn.attention.Projections;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;

/** Creates attention with the names of diffusers. */
final class AttentionLayers {
  private AttentionLayers() {}

  /**
   * A layer.
   *
   * @param features of queries and of the result
   * @param contextFeatures of keys and values
   * @param bias of queries, keys and values
   */
  static MultiHeadAttention of(
      int numHeads, int features, int contextFeatures, boolean bias, Initializer initializer) {
    return new MultiHeadAttention(
        numHeads,
        new Projections.Separate(
            new Projection("to_q", Linear.of(features, features, bias, initializer)),
            new Projection("to_k", Linear.of(contextFeatures, features, bias, initializer)),
            new Projection("to_v", Linear.of(contextFeatures, features, bias, initializer))),
        new Projection("to_out.0", Linear.of(features, features, true, initializer)));
  }
}
