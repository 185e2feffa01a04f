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

/** Latents to images. */
final class LatentDecoder extends Module {
  private final AutoencoderConfig config;
  private final Conv2d convIn;
  private final MidBlock middle;
  private final List<UpBlock> up = new ArrayList<>();
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  LatentDecoder(AutoencoderConfig config, Initializer initializer) {
    this.config = config;
    AutoencoderParts parts = new AutoencoderParts(config);
    ConvOptions kernel = ConvOptions.kernelSize(3).withPadding(1);
    List<Integer> reversed = config.channels().reversed();
    int last = reversed.size() - 1;
    this.convIn =
        child(
            "conv_in",
            Conv2d.of(config.latentChannels(), reversed.getFirst(), kernel, initializer));
    this.middle = child("mid_block", new MidBlock(config.channels().getLast(), parts, initializer));
    List<Integer> noSkips = Collections.nCopies(config.layersPerBlock() + 1, 0);
    for (int i = 0; i < reversed.size(); i++) {
      int in = reversed.get(Math.max(0, i - 1));
      up.add(
          child(
              "up_blocks." + i,
              new UpBlock(
                  AutoencoderConfig.UP,
                  last - i,
                  in,
                  reversed.get(i),
                  noSkips,
                  i == last,
                  parts,
                  initializer)));
    }
    this.convNormOut =
        child("conv_norm_out", config.resnets().norm(reversed.getLast(), initializer));
    this.convOut =
        child("conv_out", Conv2d.of(reversed.getLast(), config.outChannels(), kernel, initializer));
  }

  Tensor forward(Tensor latents) {
    Tensor h = middle.forward(convIn.forward(latents), null, null);
    for (UpBlock block : up) {
      h = block.forward(h, null, null, List.of());
    }
    return convOut.forward(config.activation().forward(convNormOut.forward(h)));
  }
}
