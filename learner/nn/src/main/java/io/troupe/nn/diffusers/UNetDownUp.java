package io.troupe.nn.diffusers;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.GroupNorm;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A whole U-Net. */
abstract class UNetDownUp extends UNetDown {
  private final Activation activation;
  private final List<UpBlock> up = new ArrayList<>();
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  /**
   * The layers.
   *
   * @param activation of the embedding of the time, and before the last layer
   */
  UNetDownUp(UNetSizes sizes, BlockParts parts, Activation activation, Initializer initializer) {
    super(sizes, parts, activation, initializer);
    this.activation = activation;
    for (UpBlock block :
        UNetLevels.up(
            sizes.upTypes(), sizes.channels(), sizes.layersPerBlock(), parts, initializer)) {
      up.add(child("up_blocks." + up.size(), block));
    }
    int first = sizes.firstChannels();
    this.convNormOut = child("conv_norm_out", parts.resnets().norm(first, initializer));
    this.convOut = child("conv_out", Conv2d.of(first, sizes.outChannels(), KERNEL, initializer));
  }

  /**
   * Applies the way up and the last layers.
   *
   * @param lowest the result of the middle
   * @param text null for a network without text
   * @param skips the results of the way down, which are removed
   * @return (batch, outChannels, height, width)
   */
  final Tensor output(Tensor lowest, Tensor time, TextContext text, List<Tensor> skips) {
    Tensor h = lowest;
    for (UpBlock block : up) {
      h = block.forward(h, time, text, skips);
    }
    return convOut.forward(activation.forward(convNormOut.forward(h)));
  }
}
