package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Convolutions from an image to features with the size of latents; they start with zeros. */
final class ConditionEmbedding extends Module {
  private static final ConvOptions SAME = ConvOptions.kernelSize(3).withPadding(1);

  private final Conv2d convIn;
  private final List<Conv2d> blocks = new ArrayList<>();
  private final Conv2d convOut;

  ConditionEmbedding(int inChannels, List<Integer> widths, int channels, Initializer initializer) {
    this.convIn = child("conv_in", Conv2d.of(inChannels, widths.getFirst(), SAME, initializer));
    for (int i = 0; i + 1 < widths.size(); i++) {
      int width = widths.get(i);
      add(Conv2d.of(width, width, SAME, initializer));
      add(Conv2d.of(width, widths.get(i + 1), SAME.withStride(2), initializer));
    }
    this.convOut =
        child("conv_out", Conv2d.normal(widths.getLast(), channels, SAME, 0, initializer));
  }

  private void add(Conv2d conv) {
    blocks.add(child("blocks." + blocks.size(), conv));
  }

  Tensor forward(Tensor condition) {
    Tensor h = Activation.SILU.forward(convIn.forward(condition));
    for (Conv2d block : blocks) {
      h = Activation.SILU.forward(block.forward(h));
    }
    return convOut.forward(h);
  }
}
