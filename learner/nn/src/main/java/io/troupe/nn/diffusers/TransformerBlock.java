package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.attention.MultiHeadAttention;
import io.troupe.nn.attention.ScoreTerms;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;

/** Attention within an image, attention to a text, and a gated feed-forward block. */
final class TransformerBlock extends Module {
  private static final double EPS = 1e-5;
  private static final int EXPANSION = 4;

  private final LayerNorm norm1;
  private final MultiHeadAttention attn1;
  private final LayerNorm norm2;
  private final MultiHeadAttention attn2;
  private final LayerNorm norm3;
  private final Linear gateAndUp;
  private final Linear down;

  TransformerBlock(int features, int numHeads, int textFeatures, Initializer initializer) {
    this.norm1 = child("norm1", new LayerNorm(features, EPS, initializer));
    this.attn1 =
        child("attn1", AttentionLayers.of(numHeads, features, features, false, initializer));
    this.norm2 = child("norm2", new LayerNorm(features, EPS, initializer));
    this.attn2 =
        child("attn2", AttentionLayers.of(numHeads, features, textFeatures, false, initializer));
    this.norm3 = child("norm3", new LayerNorm(features, EPS, initializer));
    int width = EXPANSION * features;
    this.gateAndUp = child("ff.net.0.proj", Linear.of(features, 2 * width, true, initializer));
    this.down = child("ff.net.2", Linear.of(width, features, true, initializer));
  }

  /**
   * Applies the layer.
   *
   * @param x (batch, places, features)
   */
  Tensor forward(Tensor x, TextContext text) {
    Tensor h = attn1.forwardAdd(norm1.forward(x), x, ScoreTerms.NONE);
    h = attn2.cross(norm2.forward(h), text.hiddenStates(), text.terms()).add(h);
    return feedForward(norm3.forward(h)).add(h);
  }

  /** GEGLU (arXiv:2002.05202). */
  private Tensor feedForward(Tensor x) {
    Tensor both = gateAndUp.forward(x);
    int width = both.size(2) / 2;
    Tensor gate = Activation.GELU.forward(both.narrow(2, width, width));
    return down.forward(both.narrow(2, 0, width).mul(gate));
  }
}
