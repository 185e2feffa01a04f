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
import io.troupe.tensor.DType;
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
    Tensor x = embedded(images);
    for (int i = 0; i < blocks.size(); i++) {
      x = blocks.get(i).forward(x, terms(i));
    }
    return x;
  }

  /** Patches with positions, after the tokens of the prefix. */
  private Tensor embedded(Tensor images) {
    Tensor x = withPrefix(patchEmbed.forward(images));
    return positions == null ? x : x.add(positions);
  }

  private ScoreTerms terms(int block) {
    return biases.isEmpty() ? ScoreTerms.NONE : ScoreTerms.bias(biases.get(block).forward());
  }

  /**
   * How much the classifier's input attends to each patch through all layers: attention rollout
   * (arXiv:2005.00928, equation 1), with weights averaged over heads. The classifier's input is the
   * first token of the prefix, or the mean of the patches.
   *
   * @param images (batch, channels, imageSize, imageSize)
   * @return (batch, gridSize, gridSize), from 0 to 1; the sum of an image is 1 less the attention
   *     to the prefix
   */
  public final Tensor attentionRollout(Tensor images) {
    Tensor x = embedded(images);
    Tensor identity = identity(x.dtype(), x.size(1));
    Tensor rollout = identity;
    for (int i = 0; i < blocks.size(); i++) {
      ScoreTerms terms = terms(i);
      Tensor weights = blocks.get(i).attentionWeights(x, terms).mean(1);
      rollout = weights.add(identity).mul(0.5).matmul(rollout);
      x = blocks.get(i).forward(x, terms);
    }
    Tensor ofInput = prefix.isEmpty() ? rollout.mean(1) : rollout.narrow(1, 0, 1);
    return ofInput
        .reshape(x.size(0), x.size(1))
        .narrow(1, prefix.size(), config.numPatches())
        .reshape(x.size(0), config.gridSize(), config.gridSize());
  }

  /** The identity matrix, (1, size, size). */
  private static Tensor identity(DType dtype, int size) {
    Tensor identity = Tensor.zeros(dtype, Shape.of(1, size, size));
    for (int i = 0; i < size; i++) {
      identity.slice(0).slice(i).rows(i, i + 1).filli(1);
    }
    return identity;
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
