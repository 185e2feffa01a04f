package io.troupe.nn.clip;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Sizes;

/**
 * The layers of one of CLIP's encoders.
 *
 * @param hiddenSize features, a multiple of {@code numAttentionHeads}
 * @param intermediateSize inner features of the feed-forward blocks
 * @param numHiddenLayers number of layers
 * @param numAttentionHeads heads of each layer
 * @param activation of the feed-forward blocks; {@code quick_gelu} in OpenAI's models
 * @param layerNormEps added to the variance before its root
 */
public record ClipEncoderConfig(
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    Activation activation,
    double layerNormEps) {
  /** Checks that the sizes fit together. */
  public ClipEncoderConfig {
    Sizes.requireMultiple("hidden_size", hiddenSize, "num_attention_heads", numAttentionHeads);
  }
}
