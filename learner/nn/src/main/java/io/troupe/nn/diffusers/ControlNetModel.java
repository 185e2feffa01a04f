package io.troupe.nn.diffusers;

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
public final class ControlNetModel extends UNetDown {
  private final ControlNetConfig config;
  private final ConditionEmbedding conditionEmbedding;
  private final List<Conv2d> downOutputs = new ArrayList<>();
  private final Conv2d middleOutput;

  /** A network. */
  public ControlNetModel(ControlNetConfig config, Initializer initializer) {
    UNet2DConditionConfig unet = withoutAddition(config.unet());
    super(unet, new CrossAttentionParts(unet), unet.activation(), initializer);
    this.config = config;
    this.conditionEmbedding =
        child(
            "controlnet_cond_embedding",
            new ConditionEmbedding(
                config.conditionChannels(),
                config.embeddingChannels(),
                unet.firstChannels(),
                initializer));
    addOutputs(unet.channels(), unet.layersPerBlock(), initializer);
    this.middleOutput = child("controlnet_mid_block", zero(unet.channels().getLast(), initializer));
  }

  private static UNet2DConditionConfig withoutAddition(UNet2DConditionConfig unet) {
    if (unet.addition().features() > 0) {
      throw new IllegalArgumentException(
          "addition_embed_type of a ControlNet must be null, got text_time");
    }
    return unet;
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
    Tensor x = features(sample);
    if (!embedded.shape().equals(x.shape())) {
      throw new ShapeException(
          "condition must be %d times as large as the sample %s, got %s"
              .formatted(
                  1 << (config.embeddingChannels().size() - 1), sample.shape(), condition.shape()));
    }
    List<Tensor> skips = new ArrayList<>();
    Tensor h = lowest(x.add(embedded), embedded(timesteps, sample), text, skips);
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < skips.size(); i++) {
      results.add(downOutputs.get(i).forward(skips.get(i)));
    }
    return new Outputs(results, middleOutput.forward(h));
  }
}
