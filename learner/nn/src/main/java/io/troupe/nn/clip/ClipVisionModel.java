package io.troupe.nn.clip;

import io.troupe.nn.Module;
import io.troupe.nn.attention.ScoreTerms;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;

/**
 * The image encoder of CLIP: a vision transformer with a norm before its layers. Names of
 * transformers' {@code CLIPVisionModel} inside {@code vision_model}.
 */
public final class ClipVisionModel extends Module {
  private static final double RANGE = 0.02;

  private final Tensor classEmbedding;
  private final Conv2d patches;
  private final Embedding positions;
  private final LayerNorm preNorm;
  private final ClipEncoder encoder;
  private final LayerNorm postNorm;

  /** An encoder with OpenAI's initial values. */
  public ClipVisionModel(ClipVisionConfig config, Initializer initializer) {
    int hidden = config.encoder().hiddenSize();
    double range = 1 / Math.sqrt(hidden);
    this.classEmbedding =
        parameter("embeddings.class_embedding", initializer.normal(range, hidden));
    ConvOptions cut =
        ConvOptions.kernelSize(config.patchSize()).withStride(config.patchSize()).withoutBias();
    this.patches =
        child(
            "embeddings.patch_embedding",
            Conv2d.normal(config.numChannels(), hidden, cut, RANGE, initializer));
    this.positions =
        child(
            "embeddings.position_embedding",
            Embedding.normal(config.numPatches() + 1, hidden, range, initializer));
    this.preNorm = child("pre_layrnorm", ClipEncoder.norm(config.encoder(), initializer));
    this.encoder = child("encoder", new ClipEncoder(config.encoder(), initializer));
    this.postNorm = child("post_layernorm", ClipEncoder.norm(config.encoder(), initializer));
  }

  /**
   * The features of images, transformers' {@code pooler_output}.
   *
   * @param images (batch, channels, imageSize, imageSize)
   * @return (batch, hidden)
   */
  public Tensor features(Tensor images) {
    Tensor grid = patches.forward(images);
    int batch = grid.size(0);
    int hidden = grid.size(1);
    Tensor rows = grid.reshape(batch, hidden, grid.size(2) * grid.size(3)).transpose(1, 2);
    Tensor first = classEmbedding.reshape(1, 1, hidden).expand(rows.shape().with(1, 1));
    Tensor embedded = Indexing.cat(1, List.of(first, rows)).add(positions.weight());
    Tensor state = encoder.forward(preNorm.forward(embedded), ScoreTerms.NONE).getLast();
    return postNorm.forward(state.narrow(1, 0, 1).reshape(batch, hidden));
  }
}
