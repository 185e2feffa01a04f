package io.troupe.nn.vit;

import io.troupe.nn.Module;
import io.troupe.nn.attention.MultiHeadAttention;
import io.troupe.nn.attention.PreNormBlock;
import io.troupe.nn.attention.Projection;
import io.troupe.nn.attention.Projections;
import io.troupe.nn.attention.RelativeBias;
import io.troupe.nn.attention.ScoreTerms;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.FeedForward;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * Patches, positions and layers of a vision transformer, without a classifier.
 *
 * <p>Initial values are those of timm: weights are normal with a standard deviation of 0.02.
 */
abstract class ViTBackbone extends Module {
  static final double RANGE = 0.02;
  private static final double CLASS_TOKEN_RANGE = 1e-6;
  private static final double EPS = 1e-6;

  private final ViTConfig config;
  private final List<Tensor> prefix = new ArrayList<>();
  private final PatchEmbedding patchEmbed;
  private final Tensor positions; // (1, prefix + patches, embedDim), or null
  private final List<PreNormBlock> blocks = new ArrayList<>();
  private final List<RelativeBias> biases = new ArrayList<>();

  /**
   * A backbone.
   *
   * @param prefixNames parameters of the tokens before the patches
   */
  ViTBackbone(ViTConfig config, List<String> prefixNames, Initializer initializer) {
    this.config = config;
    for (String name : prefixNames) {
      double range = prefixNames.size() == 1 ? CLASS_TOKEN_RANGE : RANGE;
      prefix.add(parameter(name, initializer.normal(range, 1, 1, config.embedDim())));
    }
    this.positions =
        switch (config.positions()) {
          case LEARNED ->
              parameter(
                  "pos_embed",
                  initializer.normal(
                      RANGE, 1, prefix.size() + config.numPatches(), config.embedDim()));
          case SINUSOIDAL -> sinusoidal(initializer);
          case RELATIVE -> null;
        };
    this.patchEmbed = child("patch_embed", new PatchEmbedding(config, initializer));
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(child("blocks." + i, block(initializer)));
      if (config.positions() == Positions.RELATIVE) {
        RelativePositions relative =
            child(
                "blocks." + i + ".attn.rel_pos",
                new RelativePositions(config, !prefix.isEmpty(), initializer));
        biases.add(relative.bias());
      }
    }
  }

  /** The positions of the patches; those of the prefix are 0. */
  private Tensor sinusoidal(Initializer initializer) {
    int dim = config.embedDim();
    Tensor table = SinusoidalPositions.of(config.gridSize(), dim, initializer.dtype());
    Tensor whole =
        Tensor.zeros(initializer.dtype(), Shape.of(prefix.size() + config.numPatches(), dim));
    whole.rows(prefix.size(), whole.size(0)).copyFrom(table);
    return whole.reshape(1, whole.size(0), dim);
  }

  private PreNormBlock block(Initializer initializer) {
    int dim = config.embedDim();
    LayerNorm norm1 = norm(initializer);
    Linear qkv = Linear.normal(dim, 3 * dim, true, RANGE, initializer);
    Linear proj = Linear.normal(dim, dim, true, RANGE, initializer);
    MultiHeadAttention attention =
        new MultiHeadAttention(
            config.numHeads(),
            new Projections.Fused(new Projection("qkv", qkv)),
            new Projection("proj", proj));
    LayerNorm norm2 = norm(initializer);
    Linear fc1 = Linear.normal(dim, config.innerDim(), true, RANGE, initializer);
    Linear fc2 = Linear.normal(config.innerDim(), dim, true, RANGE, initializer);
    return new PreNormBlock(
        PreNormBlock.Names.TIMM,
        norm1,
        attention,
        norm2,
        new FeedForward("fc1", fc1, Activation.GELU, "fc2", fc2));
  }

  /** The norm of this family. */
  final LayerNorm norm(Initializer initializer) {
    return new LayerNorm(config.embedDim(), EPS, initializer);
  }

  final ViTConfig config() {
    return config;
  }

  /**
   * Applies all layers.
   *
   * @param images (batch, channels, imageSize, imageSize)
   * @return (batch, prefix + patches, embedDim), not normalized
   */
  final Tensor tokens(Tensor images) {
    Tensor x = withPrefix(patchEmbed.forward(images));
    if (positions != null) {
      x = x.add(positions);
    }
    for (int i = 0; i < blocks.size(); i++) {
      ScoreTerms terms =
          biases.isEmpty() ? ScoreTerms.NONE : ScoreTerms.bias(biases.get(i).forward());
      x = blocks.get(i).forward(x, terms);
    }
    return x;
  }

  private Tensor withPrefix(Tensor patches) {
    if (prefix.isEmpty()) {
      return patches;
    }
    List<Tensor> parts = new ArrayList<>();
    Shape ofToken = patches.shape().with(1, 1);
    for (Tensor token : prefix) {
      parts.add(token.expand(ofToken));
    }
    parts.add(patches);
    return Indexing.cat(1, parts);
  }
}
