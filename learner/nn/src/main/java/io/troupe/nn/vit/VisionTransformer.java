package io.troupe.nn.vit;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import java.util.List;

/**
 * The vision transformer (arXiv:2010.11929), with the names of timm's {@code VisionTransformer};
 * with relative positions those of its {@code VisionTransformerRelPos}.
 */
public final class VisionTransformer extends ViTBackbone implements Layer {
  private final LayerNorm norm;
  private final Linear head;

  /** A transformer with timm's initial values. */
  public VisionTransformer(ViTConfig config, Initializer initializer) {
    super(
        config, config.pooling() == Pooling.TOKEN ? List.of("cls_token") : List.of(), initializer);
    this.norm = child(config.pooling() == Pooling.TOKEN ? "norm" : "fc_norm", norm(initializer));
    this.head =
        child(
            "head",
            Linear.normal(config.embedDim(), config.numClasses(), true, RANGE, initializer));
  }

  /** (batch, channels, imageSize, imageSize) to logits, (batch, numClasses). */
  @Override
  public Tensor forward(Tensor images) {
    return head.forward(features(images));
  }

  /** (batch, channels, imageSize, imageSize) to the input of the classifier, (batch, embedDim). */
  public Tensor features(Tensor images) {
    Tensor tokens = tokens(images);
    return norm.forward(
        switch (config().pooling()) {
          case TOKEN -> tokens.narrow(1, 0, 1).reshape(tokens.size(0), tokens.size(2));
          case AVG -> tokens.mean(1);
        });
  }
}
