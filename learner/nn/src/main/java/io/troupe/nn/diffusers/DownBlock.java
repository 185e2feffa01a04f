package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A level on the way down: residual blocks, each with or without attention. */
final class DownBlock extends Module {
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final List<BlockAttention> attentions = new ArrayList<>();
  private final Resampler downsampler;

  /**
   * A level.
   *
   * @param type of the level in diffusers
   * @param level its index
   * @param isLast whether images are not halved after it
   */
  DownBlock(
      String type,
      int level,
      int inChannels,
      int outChannels,
      int numLayers,
      boolean isLast,
      BlockParts parts,
      Initializer initializer) {
    for (int i = 0; i < numLayers; i++) {
      int in = i == 0 ? inChannels : outChannels;
      resnets.add(
          child("resnets." + i, new ResnetBlock2D(in, outChannels, parts.resnets(), initializer)));
      BlockAttention attention = parts.attention(type, level, outChannels, initializer);
      if (attention != null) {
        attentions.add(child("attentions." + i, attention));
      }
    }
    this.downsampler = isLast ? null : parts.downsampler(type, outChannels, initializer);
    if (downsampler instanceof Module module) {
      child("downsamplers.0", module);
    }
  }

  /**
   * Applies the level.
   *
   * @param skips receives the results that the way up reads
   */
  Tensor forward(Tensor x, Tensor time, TextContext text, List<Tensor> skips) {
    Tensor h = x;
    for (int i = 0; i < resnets.size(); i++) {
      h = resnets.get(i).forward(h, time);
      if (!attentions.isEmpty()) {
        h = attentions.get(i).forward(h, text);
      }
      skips.add(h);
    }
    if (downsampler != null) {
      h = downsampler.forward(h, time, null);
      skips.add(h);
    }
    return h;
  }
}
