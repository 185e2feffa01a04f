package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.GroupNorm;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The U-Net of diffusion models of images (Ho et al. 2020, arXiv:2006.11239), with or without
 * classes, as {@code UNet2DModel} of diffusers. PyTorch's initial values.
 */
public final class UNet2DModel extends Module {
  private final UNet2DConfig config;
  private final Conv2d convIn;
  private final TimeEmbedding timeEmbedding;
  private final Embedding classEmbedding;
  private final List<DownBlock> down = new ArrayList<>();
  private final MidBlock middle;
  private final List<UpBlock> up = new ArrayList<>();
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  /** A network. */
  public UNet2DModel(UNet2DConfig config, Initializer initializer) {
    this.config = config;
    ConvOptions kernel = ConvOptions.kernelSize(3).withPadding(1);
    int first = config.channels().getFirst();
    int lowest = config.channels().getLast();
    SelfAttentionParts parts = new SelfAttentionParts(config);
    this.convIn = child("conv_in", Conv2d.of(config.inChannels(), first, kernel, initializer));
    this.timeEmbedding =
        child(
            "time_embedding",
            new TimeEmbedding(first, config.timeFeatures(), Activation.SILU, initializer));
    this.classEmbedding =
        config.numClasses() == 0
            ? null
            : child(
                "class_embedding",
                Embedding.of(config.numClasses(), config.timeFeatures(), initializer));
    for (DownBlock block :
        UNetLevels.down(
            config.downTypes(), config.channels(), config.layersPerBlock(), parts, initializer)) {
      down.add(child("down_blocks." + down.size(), block));
    }
    this.middle =
        child(
            "mid_block",
            new MidBlock(
                lowest, config.resnets(), parts.middleAttention(lowest, initializer), initializer));
    for (UpBlock block :
        UNetLevels.up(
            config.upTypes(), config.channels(), config.layersPerBlock(), parts, initializer)) {
      up.add(child("up_blocks." + up.size(), block));
    }
    this.convNormOut = child("conv_norm_out", config.resnets().norm(first, initializer));
    this.convOut = child("conv_out", Conv2d.of(first, config.outChannels(), kernel, initializer));
  }

  /** The sizes. */
  public UNet2DConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param sample (batch, inChannels, height, width)
   * @param timesteps one for each sample
   * @param labels class of each sample; empty for a network without classes
   * @return (batch, outChannels, height, width)
   */
  public Tensor forward(Tensor sample, double[] timesteps, int[] labels) {
    if (sample.rank() != 4
        || sample.size(1) != config.inChannels()
        || sample.size(0) != timesteps.length) {
      throw new ShapeException(
          "sample must be (%d, %d, height, width), got %s"
              .formatted(timesteps.length, config.inChannels(), sample.shape()));
    }
    Tensor time = timeEmbedding.forward(config.waves().of(timesteps, sample.dtype()));
    if (classEmbedding != null) {
      requireLabels(labels, timesteps.length);
      time = time.add(classEmbedding.forward(Tensor.of(labels, labels.length)));
    }
    Tensor centered = config.centerInput() ? sample.mul(2).sub(1) : sample;
    List<Tensor> skips = new ArrayList<>();
    Tensor h = UNetLevels.down(down, convIn.forward(centered), time, null, skips);
    h = middle.forward(h, time, null);
    for (UpBlock block : up) {
      h = block.forward(h, time, null, skips);
    }
    return convOut.forward(Activation.SILU.forward(convNormOut.forward(h)));
  }

  private void requireLabels(int[] labels, int batch) {
    if (labels.length != batch) {
      throw new IllegalArgumentException(
          "class_labels must have one label for each of %d samples, got %d"
              .formatted(batch, labels.length));
    }
    for (int label : labels) {
      if (label < 0 || label >= config.numClasses()) {
        throw new IllegalArgumentException(
            "class_labels must be from 0 to %d, got %d".formatted(config.numClasses() - 1, label));
      }
    }
  }
}
