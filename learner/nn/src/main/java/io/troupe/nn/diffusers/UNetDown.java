package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The way down and the middle of a U-Net, which a ControlNet has, too. */
abstract class UNetDown extends Module {
  static final ConvOptions KERNEL = ConvOptions.kernelSize(3).withPadding(1);

  private final UNetSizes sizes;
  private final Conv2d convIn;
  private final TimeEmbedding timeEmbedding;
  private final List<DownBlock> down = new ArrayList<>();
  private final MidBlock middle;

  /**
   * The layers.
   *
   * @param ofTime activation of the embedding of the time
   */
  UNetDown(UNetSizes sizes, BlockParts parts, Activation ofTime, Initializer initializer) {
    this.sizes = sizes;
    int first = sizes.firstChannels();
    this.convIn = child("conv_in", Conv2d.of(sizes.inChannels(), first, KERNEL, initializer));
    this.timeEmbedding =
        child(
            "time_embedding", new TimeEmbedding(first, sizes.timeFeatures(), ofTime, initializer));
    for (DownBlock block :
        UNetLevels.down(
            sizes.downTypes(), sizes.channels(), sizes.layersPerBlock(), parts, initializer)) {
      down.add(child("down_blocks." + down.size(), block));
    }
    this.middle = child("mid_block", new MidBlock(sizes.channels().getLast(), parts, initializer));
  }

  /** Checks that there is a time for each sample. */
  final void requireFits(Tensor sample, double[] timesteps) {
    if (sample.rank() != 4
        || sample.size(1) != sizes.inChannels()
        || sample.size(0) != timesteps.length) {
      throw new ShapeException(
          "sample must be (%d, %d, height, width), got %s"
              .formatted(timesteps.length, sizes.inChannels(), sample.shape()));
    }
  }

  /** The embedding of times, (batch, timeFeatures). */
  final Tensor embedded(double[] timesteps, Tensor like) {
    return timeEmbedding.forward(sizes.waves().of(timesteps, like.dtype()));
  }

  /** The features of a sample before the first level. */
  final Tensor features(Tensor sample) {
    return convIn.forward(sample);
  }

  /**
   * Applies all levels and the middle.
   *
   * @param features before the first level
   * @param text null for a network without text
   * @param skips receives the results of the way down
   * @return the result of the middle
   */
  final Tensor lowest(Tensor features, Tensor time, TextContext text, List<Tensor> skips) {
    return middle.forward(UNetLevels.down(down, features, time, text, skips), time, text);
  }
}
