package io.troupe.nn.swin;

import io.troupe.nn.Module;
import io.troupe.nn.attention.MultiHeadAttention;
import io.troupe.nn.attention.Projection;
import io.troupe.nn.attention.Projections;
import io.troupe.nn.attention.RelativeBias;
import io.troupe.nn.attention.ScoreTerms;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;

/**
 * Attention within windows with a relative position bias, as torchvision's {@code
 * ShiftedWindowAttention}.
 */
final class WindowAttention extends Module {
  private final RelativeBias relative;
  private final MultiHeadAttention attention;

  WindowAttention(int features, int numHeads, int window, Initializer initializer) {
    Tensor table =
        parameter(
            "relative_position_bias_table",
            initializer.normal(
                SwinTransformer.RANGE, RelativeBias.numOffsets(window, window, false), numHeads));
    int[] index = RelativeBias.index(window, window, false);
    long[] published = java.util.Arrays.stream(index).asLongStream().toArray();
    buffer("relative_position_index", Tensor.of(published, published.length));
    this.relative = new RelativeBias(table, Tensor.of(index));
    Linear qkv = Linear.normal(features, 3 * features, true, SwinTransformer.RANGE, initializer);
    Linear proj = Linear.normal(features, features, true, SwinTransformer.RANGE, initializer);
    this.attention =
        new MultiHeadAttention(
            numHeads,
            new Projections.Fused(new Projection("qkv", child("qkv", qkv))),
            new Projection("proj", child("proj", proj)));
  }

  /** (batch * height * width, features) to the same shape. */
  Tensor forward(Tensor grid, Windows windows) {
    ScoreTerms terms = ScoreTerms.bias(windows.bias(relative.forward()));
    return windows.merge(attention.forward(windows.partition(grid), terms));
  }
}
