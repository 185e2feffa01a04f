package io.troupe.nn.diffusers;

import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Creates the levels of a U-Net. */
final class UNetLevels {
  private UNetLevels() {}

  /** The levels on the way down. */
  static List<DownBlock> down(
      List<String> types,
      List<Integer> channels,
      int numLayers,
      BlockParts parts,
      Initializer initializer) {
    List<DownBlock> blocks = new ArrayList<>();
    for (int i = 0; i < channels.size(); i++) {
      blocks.add(
          new DownBlock(
              types.get(i),
              i,
              channels.get(Math.max(0, i - 1)),
              channels.get(i),
              numLayers,
              i == channels.size() - 1,
              parts,
              initializer));
    }
    return blocks;
  }

  /** The levels on the way up, each with one residual block more. */
  static List<UpBlock> up(
      List<String> types,
      List<Integer> channels,
      int numLayers,
      BlockParts parts,
      Initializer initializer) {
    List<UpBlock> blocks = new ArrayList<>();
    List<Integer> reversed = channels.reversed();
    for (int i = 0; i < reversed.size(); i++) {
      int out = reversed.get(i);
      List<Integer> skips = new ArrayList<>(java.util.Collections.nCopies(numLayers, out));
      skips.add(reversed.get(Math.min(i + 1, reversed.size() - 1)));
      blocks.add(
          new UpBlock(
              types.get(i),
              channels.size() - 1 - i,
              reversed.get(Math.max(0, i - 1)),
              out,
              skips,
              i == reversed.size() - 1,
              parts,
              initializer));
    }
    return blocks;
  }

  /** The way down: the skips start with the input. */
  static Tensor down(
      List<DownBlock> blocks, Tensor x, Tensor time, TextContext text, List<Tensor> skips) {
    skips.add(x);
    Tensor h = x;
    for (DownBlock block : blocks) {
      h = block.forward(h, time, text, skips);
    }
    return h;
  }
}
