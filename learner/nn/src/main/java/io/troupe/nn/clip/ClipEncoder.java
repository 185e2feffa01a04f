package io.troupe.nn.clip;

import io.troupe.nn.Module;
import io.troupe.nn.attention.MultiHeadAttention;
import io.troupe.nn.attention.PreNormBlock;
import io.troupe.nn.attention.Projection;
import io.troupe.nn.attention.Projections;
import io.troupe.nn.attention.ScoreTerms;
import io.troupe.nn.layers.FeedForward;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The layers of an encoder of CLIP, with OpenAI's initial values. */
final class ClipEncoder extends Module {
  private static final PreNormBlock.Names NAMES =
      new PreNormBlock.Names("layer_norm1", "self_attn", "layer_norm2", "mlp");

  private final List<PreNormBlock> layers = new ArrayList<>();

  ClipEncoder(ClipEncoderConfig config, Initializer initializer) {
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(child("layers." + i, layer(config, initializer)));
    }
  }

  private static PreNormBlock layer(ClipEncoderConfig config, Initializer initializer) {
    int hidden = config.hiddenSize();
    double range = 1 / Math.sqrt(hidden);
    double outputRange = range / Math.sqrt(2.0 * config.numHiddenLayers());
    LayerNorm norm1 = norm(config, initializer);
    Projections projections =
        new Projections.Separate(
            new Projection("q_proj", Linear.normal(hidden, hidden, true, range, initializer)),
            new Projection("k_proj", Linear.normal(hidden, hidden, true, range, initializer)),
            new Projection("v_proj", Linear.normal(hidden, hidden, true, range, initializer)));
    Linear out = Linear.normal(hidden, hidden, true, outputRange, initializer);
    MultiHeadAttention attention =
        new MultiHeadAttention(
            config.numAttentionHeads(), projections, new Projection("out_proj", out));
    LayerNorm norm2 = norm(config, initializer);
    int inner = config.intermediateSize();
    Linear fc1 = Linear.normal(hidden, inner, true, range / Math.sqrt(2), initializer);
    Linear fc2 = Linear.normal(inner, hidden, true, outputRange, initializer);
    FeedForward mlp = new FeedForward("fc1", fc1, config.activation(), "fc2", fc2);
    return new PreNormBlock(NAMES, norm1, attention, norm2, mlp);
  }

  static LayerNorm norm(ClipEncoderConfig config, Initializer initializer) {
    return new LayerNorm(config.hiddenSize(), config.layerNormEps(), initializer);
  }

  /**
   * Applies the layers.
   *
   * @param x (batch, length, hidden)
   * @return the results of all layers, (batch, length, hidden) each
   */
  List<Tensor> forward(Tensor x, ScoreTerms terms) {
    List<Tensor> states = new ArrayList<>();
    Tensor state = x;
    for (PreNormBlock layer : layers) {
      state = layer.forward(state, terms);
      states.add(state);
    }
    return states;
  }
}
