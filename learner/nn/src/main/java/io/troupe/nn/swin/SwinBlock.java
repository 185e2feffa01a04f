package io.troupe.nn.swin;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.DropPath;
import io.troupe.nn.layers.FeedForward;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/** A block of a Swin transformer: attention in windows and a feed-forward block. */
final class SwinBlock extends Module {
  private final LayerNorm norm1;
  private final WindowAttention attention;
  private final LayerNorm norm2;
  private final FeedForward mlp;
  private final DropPath dropPath;
  private final int shift;

  /**
   * A block.
   *
   * @param stage its features and heads
   * @param isShifted whether windows are shifted by half their size
   */
  SwinBlock(SwinConfig config, int stage, boolean isShifted, double drop, Initializer initializer) {
    int features = config.features(stage);
    int inner = (int) (features * config.mlpRatio());
    this.shift = isShifted ? config.windowSize() / 2 : 0;
    this.norm1 = child("norm1", SwinTransformer.norm(features, initializer));
    this.attention =
        child(
            "attn",
            new WindowAttention(
                features, config.numHeads().get(stage), config.windowSize(), initializer));
    this.dropPath = child("stochastic_depth", new DropPath(drop, Philox.of(stage)));
    this.norm2 = child("norm2", SwinTransformer.norm(features, initializer));
    Linear in = Linear.normal(features, inner, true, SwinTransformer.RANGE, initializer);
    Linear out = Linear.normal(inner, features, true, SwinTransformer.RANGE, initializer);
    this.mlp = child("mlp", new FeedForward("0", in, Activation.GELU, "3", out));
  }

  /**
   * Applies the block.
   *
   * @param x (batch, height, width, features)
   */
  Tensor forward(Tensor x, int window) {
    Windows windows = new Windows(x.size(0), x.size(1), x.size(2), window, shift);
    Tensor rows = norm1.forward(x).reshape(-1, x.size(3));
    Tensor attended = attention.forward(rows, windows).reshape(x.shape());
    Tensor h = x.add(dropPath.forward(attended));
    if (!dropPath.isActive()) {
      return mlp.forwardAdd(norm2.forward(h), h);
    }
    return h.add(dropPath.forward(mlp.forward(norm2.forward(h))));
  }
}
