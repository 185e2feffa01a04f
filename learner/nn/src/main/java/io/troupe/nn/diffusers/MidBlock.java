package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;

/** The level with the smallest images: two residual blocks with attention between them. */
final class MidBlock extends Module {
  private final ResnetBlock2D first;
  private final BlockAttention attention;
  private final ResnetBlock2D second;

  MidBlock(int channels, BlockParts parts, Initializer initializer) {
    BlockAttention between = parts.middleAttention(channels, initializer);
    ResnetOptions options = parts.resnets();
    this.first = child("resnets.0", new ResnetBlock2D(channels, channels, options, initializer));
    this.attention = between == null ? null : child("attentions.0", between);
    this.second = child("resnets.1", new ResnetBlock2D(channels, channels, options, initializer));
  }

  Tensor forward(Tensor x, Tensor time, TextContext text) {
    Tensor h = first.forward(x, time);
    return second.forward(attention == null ? h : attention.forward(h, text), time);
  }
}
