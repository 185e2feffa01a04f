package io.troupe.nn.dpt;

import io.troupe.nn.Module;
import io.troupe.nn.attention.MultiHeadAttention;
import io.troupe.nn.attention.PreNormBlock;
import io.troupe.nn.attention.Projection;
import io.troupe.nn.attention.Projections;
import io.troupe.nn.attention.ScoreTerms;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.FeedForward;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/**
 * The vision transformer of DPT, transformers' {@code DPTModel} without a pooling layer. Its last
 * norm is stored, but dense predictions read the layers before it.
 */
final class DptBackbone extends Module {
  private static final double RANGE = 0.02;

  /** The feed-forward block has no name of its own. */
  private static final PreNormBlock.Names NAMES =
      new PreNormBlock.Names("layernorm_before", "attention", "layernorm_after", "");

  private final DptConfig config;
  private final Tensor classToken;
  private final Tensor positions;
  private final Conv2d patches;
  private final List<PreNormBlock> layers = new ArrayList<>();

  DptBackbone(DptConfig config, Initializer initializer) {
    this.config = config;
    int hidden = config.hiddenSize();
    int places = config.gridSize() * config.gridSize() + 1;
    this.classToken = parameter("embeddings.cls_token", initializer.normal(RANGE, 1, 1, hidden));
    this.positions =
        parameter("embeddings.position_embeddings", initializer.normal(RANGE, 1, places, hidden));
    ConvOptions cut = ConvOptions.kernelSize(config.patchSize()).withStride(config.patchSize());
    this.patches =
        child(
            "embeddings.patch_embeddings.projection",
            Conv2d.of(config.numChannels(), hidden, cut, initializer));
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(child("encoder.layer." + i, layer(initializer)));
    }
    child("layernorm", norm(initializer));
  }

  private PreNormBlock layer(Initializer initializer) {
    int hidden = config.hiddenSize();
    Projections projections =
        new Projections.Separate(
            new Projection("attention.query", linear(hidden, hidden, initializer)),
            new Projection("attention.key", linear(hidden, hidden, initializer)),
            new Projection("attention.value", linear(hidden, hidden, initializer)));
    MultiHeadAttention attention =
        new MultiHeadAttention(
            config.numAttentionHeads(),
            projections,
            new Projection("output.dense", linear(hidden, hidden, initializer)));
    FeedForward mlp =
        new FeedForward(
            "intermediate.dense",
            linear(hidden, config.intermediateSize(), initializer),
            Activation.GELU,
            "output.dense",
            linear(config.intermediateSize(), hidden, initializer));
    return new PreNormBlock(NAMES, norm(initializer), attention, norm(initializer), mlp);
  }

  private static Linear linear(int in, int out, Initializer initializer) {
    return Linear.normal(in, out, true, RANGE, initializer);
  }

  private LayerNorm norm(Initializer initializer) {
    return new LayerNorm(config.hiddenSize(), config.layerNormEps(), initializer);
  }

  /**
   * Applies the layers.
   *
   * @param images (batch, channels, imageSize, imageSize)
   * @return the states after the four selected layers, (batch, 1 + patches, hidden) each
   */
  List<Tensor> forward(Tensor images) {
    Tensor grid = patches.forward(images);
    Tensor rows =
        grid.reshape(grid.size(0), grid.size(1), grid.size(2) * grid.size(3)).transpose(1, 2);
    Tensor token = classToken.expand(rows.shape().with(1, 1));
    Tensor x = Indexing.cat(1, List.of(token, rows)).add(positions);
    List<Tensor> selected = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      x = layers.get(i).forward(x, ScoreTerms.NONE);
      if (config.backboneOutIndices().contains(i)) {
        selected.add(x);
      }
    }
    return selected;
  }
}
