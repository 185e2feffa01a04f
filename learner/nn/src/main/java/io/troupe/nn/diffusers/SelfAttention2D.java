package io.troupe.nn.diffusers;

import io.troupe.nn.attention.MultiHeadAttention;
import io.troupe.nn.attention.Projection;
import io.troupe.nn.attention.Projections;
import io.troupe.nn.attention.ScoreTerms;
import io.troupe.nn.layers.GroupNorm;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;

/** Attention within an image, as in {@code AttnDownBlock2D} of diffusers and in its VAE. */
final class SelfAttention2D extends BlockAttention {
  private final GroupNorm groupNorm;
  private final MultiHeadAttention attention;

  /**
   * A layer.
   *
   * @param norm before the attention; null for none
   */
  SelfAttention2D(int channels, int numHeads, GroupNorm norm, Initializer initializer) {
    this.groupNorm = norm == null ? null : child("group_norm", norm);
    Linear q = child("to_q", Linear.of(channels, channels, true, initializer));
    Linear k = child("to_k", Linear.of(channels, channels, true, initializer));
    Linear v = child("to_v", Linear.of(channels, channels, true, initializer));
    Linear out = child("to_out.0", Linear.of(channels, channels, true, initializer));
    this.attention =
        new MultiHeadAttention(
            numHeads,
            new Projections.Separate(
                new Projection("to_q", q), new Projection("to_k", k), new Projection("to_v", v)),
            new Projection("to_out.0", out));
  }

  @Override
  Tensor forward(Tensor x, TextContext text) {
    Tensor normalized = groupNorm == null ? x : groupNorm.forward(x);
    Tensor attended = attention.forward(sequence(normalized), ScoreTerms.NONE);
    return image(attended, Size.of(x)).add(x);
  }
}
