package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.GroupNorm;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Images to the mean and the logarithm of the variance of latents. */
final class LatentEncoder extends Module {
  private final AutoencoderConfig config;
  private final Conv2d convIn;
  private final List<DownBlock> down = new ArrayList<>();
  private final MidBlock middle;
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  LatentEncoder(AutoencoderConfig config, Initializer initializer) {
    this.config = config;
    AutoencoderParts parts = new AutoencoderParts(config);
    ConvOptions kernel = ConvOptions.kernelSize(3).withPadding(1);
    List<Integer> channels = config.channels();
    this.convIn =
        child("conv_in", Conv2d.of(config.inChannels(), channels.getFirst(), kernel, initializer));
    List<String> types = Collections.nCopies(channels.size(), AutoencoderConfig.DOWN);
    for (DownBlock block :
        UNetLevels.down(types, channels, config.layersPerBlock(), parts, initializer)) {
      down.add(child("down_blocks." + down.size(), block));
    }
    this.middle = child("mid_block", new MidBlock(config.channels().getLast(), parts, initializer));
    this.convNormOut =
        child("conv_norm_out", config.resnets().norm(channels.getLast(), initializer));
    this.convOut =
        child(
            "conv_out",
            Conv2d.of(channels.getLast(), 2 * config.latentChannels(), kernel, initializer));
  }

  Tensor forward(Tensor images) {
    Tensor h = convIn.forward(images);
    for (DownBlock block : down) {
      h = block.forward(h, null, null, new ArrayList<>());
    }
    h = middle.forward(h, null, null);
    return convOut.forward(config.activation().forward(convNormOut.forward(h)));
  }
}
