package io.troupe.nn.gpt2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.FeedForward;
import io.troupe.nn.layers.FusedAttention;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.lm.AttentionCache;
import io.troupe.nn.lm.LMConfig;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;
import io.troupe.tensor.random.Philox;

/** One decoder layer: attention and feed-forward, each after a norm and added to its input. */
final class Gpt2Block extends Module {
  private final LayerNorm ln1;
  private final FusedAttention attn;
  private final LayerNorm ln2;
  private final FeedForward mlp;
  private final Dropout attnDropout;
  private final Dropout mlpDropout;

  Gpt2Block(int index, Gpt2Config config, Initializer initializer) {
    LMConfig lm = config.lm();
    double range = config.initializerRange();
    double outputRange = range / Math.sqrt(2.0 * lm.numHiddenLayers()); // section 2.3 of the paper
    this.ln1 = child("ln_1", norm(config, initializer));
    this.attn =
        child(
            "attn",
            new FusedAttention(
                index,
                lm.hiddenSize(),
                lm.numAttentionHeads(),
                scale(index, config),
                range,
                outputRange,
                initializer));
    this.ln2 = child("ln_2", norm(config, initializer));
    this.mlp =
        child(
            "mlp",
            new FeedForward(
                lm.hiddenSize(),
                config.innerSize(),
                config.activation(),
                range,
                outputRange,
                initializer));
    this.attnDropout =
        child("attn_dropout", new Dropout(config.residPdrop(), Philox.of(index).derive(0)));
    this.mlpDropout =
        child("mlp_dropout", new Dropout(config.residPdrop(), Philox.of(index).derive(1)));
  }

  static LayerNorm norm(Gpt2Config config, Initializer initializer) {
    return new LayerNorm(config.lm().hiddenSize(), config.layerNormEpsilon(), initializer);
  }

  private static double scale(int index, Gpt2Config config) {
    double scale = config.scaleAttnWeights() ? 1 / Math.sqrt(config.lm().headDim()) : 1;
    return config.scaleAttnByInverseLayerIdx() ? scale / (index + 1) : scale;
  }

  /** (rows, hidden) to (rows, hidden). */
  Tensor forward(Tensor x, PackedSequences layout, AttentionCache cache) {
    Tensor attended = attn.forward(ln1.forward(x), layout, cache);
    Tensor h = Elementwise.addInPlace(attnDropout.forward(attended), x);
    return Elementwise.addInPlace(mlpDropout.forward(mlp.forward(ln2.forward(h))), h);
  }
}
