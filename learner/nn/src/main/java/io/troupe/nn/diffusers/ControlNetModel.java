package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Conv2d;
import io.troupe.nn.layers.ConvOptions;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A copy of the way down of a {@link UNet2DConditionModel} that reads an image besides the sample,
 * and whose results are added to those of the network (Zhang et al. 2023, arXiv:2302.05543), as
 * {@code ControlNetModel} of diffusers. Its output layers start with zeros, so that it changes
 * nothing before training.
 */
public final class ControlNetModel extends Module {
  private final ControlNetConfig config;
  private final Conv2d convIn;
  private final TimeEmbedding timeEmbedding;
  private final ConditionEmbedding conditionEmbedding;
  private final List<DownBlock> down = new ArrayList<>();
  private final List<Conv2d> downOutputs = new ArrayList<>();
  private final MidBlock middle;
  private final Conv2d middleOutput;

  /** A network. */
  public ControlNetModel(ControlNetConfig config, Initializer initializer) {
    this.config = config;
    UNet2DConditionConfig unet = config.unet();
    if (unet.addition().features() > 0) {
      throw new IllegalArgumentException(
          "addition_embed_type of a ControlNet must be null, got text_time");
    }
    ConvOptions kernel = ConvOptions.kernelSize(3).withPadding(1);
    List<Integer> channels = unet.channels();
    int first = channels.getFirst();
    BlockParts parts = new CrossAttentionParts(unet);
    this.convIn = child("conv_in", Conv2d.of(unet.inChannels(), first, kernel, initializer));
    this.timeEmbedding =
        child(
            "time_embedding",
            new TimeEmbedding(first, unet.timeFeatures(), unet.activation(), initializer));
    this.conditionEmbedding =
        child(
            "controlnet_cond_embedding",
            new ConditionEmbedding(
                config.conditionChannels(), config.embeddingChannels(), first, initializer));
    for (DownBlock block :
        UNetLevels.down(unet.downTypes(), channels, unet.layersPerBlock(), parts, initializer)) {
      down.add(child("down_blocks." + down.size(), block));
    }
    addOutputs(channels, unet.layersPerBlock(), initializer);
    int lowest = channels.getLast();
    this.middle =
        child(
            "mid_block",
            new MidBlock(
                lowest,
                unet.resnets(),
                parts.attention(
                    UNet2DConditionConfig.CROSS_DOWN, channels.size() - 1, lowest, initializer),
                initializer));
    this.middleOutput = child("controlnet_mid_block", zero(lowest, initializer));
  }

  private void addOutputs(List<Integer> channels, int numLayers, Initializer initializer) {
    addOutput(channels.getFirst(), initializer);
    for (int level = 0; level < channels.size(); level++) {
      int results = level < channels.size() - 1 ? numLayers + 1 : numLayers;
      for (int i = 0; i < results; i++) {
        addOutput(channels.get(level), initializer);
      }
    }
  }

  private void addOutput(int channels, Initializer initializer) {
    downOutputs.add(
        child("controlnet_down_blocks." + downOutputs.size(), zero(channels, initializer)));
  }

  private static Conv2d zero(int channels, Initializer initializer) {
    return Conv2d.normal(channels, channels, ConvOptions.kernelSize(1), 0, initializer);
  }

  /** The sizes. */
  public ControlNetConfig config() {
    return config;
  }

  /** Copies the weights that the network has in common, before training. */
  public void copyFrom(UNet2DConditionModel unet) {
    Map<String, Tensor> weights = unet.stateDict();
    stateDict()
        .forEach(
            (name, weight) -> {
              Tensor source = weights.get(name);
              if (source != null) {
                weight.detach().copyFrom(source);
              }
            });
  }

  /**
   * What is added to the network.
   *
   * @param sample (batch, inChannels, height, width)
   * @param timesteps one for each sample
   * @param condition images, larger than the sample by the factor of the embedding
   * @param scale multiplies the results
   */
  public UNet2DConditionModel.Residuals forward(
      Tensor sample, double[] timesteps, TextContext text, Tensor condition, double scale) {
    Outputs outputs = outputs(sample, timesteps, text, condition);
    List<Tensor> scaled = outputs.down.stream().map(output -> output.mul(scale)).toList();
    return new UNet2DConditionModel.Residuals(scaled, outputs.middle.mul(scale));
  }

  /**
   * As {@link #forward}, with a factor that grows tenfold from the first to the last result
   * (section 3.4 of the paper), for images without a text.
   */
  public UNet2DConditionModel.Residuals guess(
      Tensor sample, double[] timesteps, TextContext text, Tensor condition, double scale) {
    Outputs outputs = outputs(sample, timesteps, text, condition);
    List<Tensor> scaled = new ArrayList<>();
    for (int i = 0; i < outputs.down.size(); i++) {
      double factor = Math.pow(10, -1 + (double) i / outputs.down.size());
      scaled.add(outputs.down.get(i).mul(scale * factor));
    }
    return new UNet2DConditionModel.Residuals(scaled, outputs.middle.mul(scale));
  }

  private record Outputs(List<Tensor> down, Tensor middle) {}

  private Outputs outputs(Tensor sample, double[] timesteps, TextContext text, Tensor condition) {
    Tensor embedded = conditionEmbedding.forward(condition);
    Tensor x = convIn.forward(sample);
    if (!embedded.shape().equals(x.shape())) {
      throw new ShapeException(
          "condition must be %d times as large as the sample %s, got %s"
              .formatted(
                  1 << (config.embeddingChannels().size() - 1), sample.shape(), condition.shape()));
    }
    Tensor time = timeEmbedding.forward(config.unet().waves().of(timesteps, sample.dtype()));
    List<Tensor> skips = new ArrayList<>();
    Tensor h = UNetLevels.down(down, x.add(embedded), time, text, skips);
    h = middle.forward(h, time, text);
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < skips.size(); i++) {
      results.add(downOutputs.get(i).forward(skips.get(i)));
    }
    return new Outputs(results, middleOutput.forward(h));
  }
}
