package io.troupe.nn.vit;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.losses.StudentLogits;
import io.troupe.tensor.Tensor;
import java.util.List;

/**
 * DeiT (arXiv:2012.12877): a vision transformer with a second token, whose classifier learns from a
 * teacher. Names of timm's {@code VisionTransformerDistilled}.
 */
public final class DistilledVisionTransformer extends ViTBackbone implements Layer {
  private final LayerNorm norm;
  private final Linear head;
  private final Linear headDist;

  /**
   * A transformer with timm's initial values.
   *
   * @param config with learned or sinusoidal positions and {@link Pooling#TOKEN}
   */
  public DistilledVisionTransformer(ViTConfig config, Initializer initializer) {
    super(requireSupported(config), List.of("cls_token", "dist_token"), initializer);
    this.norm = child("norm", norm(initializer));
    this.head = child("head", classifier(config, initializer));
    this.headDist = child("head_dist", classifier(config, initializer));
  }

  private static ViTConfig requireSupported(ViTConfig config) {
    if (config.positions() == Positions.RELATIVE || config.pooling() != Pooling.TOKEN) {
      throw new IllegalArgumentException(
          "DeiT must have learned or sinusoidal positions and tokens, got "
              + config.positions()
              + " and "
              + config.pooling());
    }
    return config;
  }

  private static Linear classifier(ViTConfig config, Initializer initializer) {
    return Linear.normal(config.embedDim(), config.numClasses(), true, RANGE, initializer);
  }

  /** (batch, channels, imageSize, imageSize) to the logits of both classifiers. */
  public StudentLogits logits(Tensor images) {
    Tensor tokens = norm.forward(tokens(images));
    return new StudentLogits(head.forward(token(tokens, 0)), headDist.forward(token(tokens, 1)));
  }

  private static Tensor token(Tensor tokens, int index) {
    return tokens.narrow(1, index, 1).reshape(tokens.size(0), tokens.size(2));
  }

  /** The mean of the logits of both classifiers, (batch, numClasses). */
  @Override
  public Tensor forward(Tensor images) {
    StudentLogits logits = logits(images);
    return logits.ofLabels().add(logits.ofTeacher()).mul(0.5);
  }
}
