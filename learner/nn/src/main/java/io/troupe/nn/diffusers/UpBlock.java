package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.ArrayList;
import java.util.List;

/** A level on the way up: residual blocks that also read a result of the way down. */
final class UpBlock extends Module {
  private final List<ResnetBlock2D> resnets = new ArrayList<>();
  private final List<BlockAttention> attentions = new ArrayList<>();
  private final Resampler upsampler;

  /**
   * A level.
   *
   * @param type of the level in diffusers
   * @param level its index from the top
   * @param inChannels of the level below
   * @param skipChannels of each result of the way down; all 0 for none
   * @param isLast whether images are not doubled after it
   */
  UpBlock(
      String type,
      int level,
      int inChannels,
      int outChannels,
      List<Integer> skipChannels,
      boolean isLast,
      BlockParts parts,
      Initializer initializer) {
    for (int i = 0; i < skipChannels.size(); i++) {
      int in = (i == 0 ? inChannels : outChannels) + skipChannels.get(i);
      resnets.add(
          child("resnets." + i, new ResnetBlock2D(in, outChannels, parts.resnets(), initializer)));
      BlockAttention attention = parts.attention(type, level, outChannels, initializer);
      if (attention != null) {
        attentions.add(child("attentions." + i, attention));
      }
    }
    this.upsampler = isLast ? null : parts.upsampler(type, outChannels, initializer);
    if (upsampler instanceof Module module) {
      child("upsamplers.0", module);
    }
  }

  /**
   * Applies the level.
   *
   * @param skips the results of the way down, of which the last are removed; empty for none
   */
  Tensor forward(Tensor x, Tensor time, TextContext text, List<Tensor> skips) {
    Tensor h = x;
    for (int i = 0; i < resnets.size(); i++) {
      Tensor joined = skips.isEmpty() ? h : Indexing.cat(1, List.of(h, skips.removeLast()));
      h = resnets.get(i).forward(joined, time);
      if (!attentions.isEmpty()) {
        h = attentions.get(i).forward(h, text);
      }
    }
    if (upsampler == null) {
      return h;
    }
    return upsampler.forward(h, time, skips.isEmpty() ? null : Size.of(skips.getLast()));
  }
}
