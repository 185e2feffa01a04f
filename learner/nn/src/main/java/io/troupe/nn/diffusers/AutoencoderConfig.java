package io.troupe.nn.diffusers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.Map;

/**
 * The sizes of an {@link AutoencoderKL}.
 *
 * @param inChannels channels of the images
 * @param outChannels channels of the reconstructions
 * @param channels of each level; images are halved between levels
 * @param layersPerBlock residual blocks of each level of the encoder
 * @param activation of the residual blocks
 * @param latentChannels channels of the latents
 * @param numGroups of the norms
 * @param sampleSize rows and columns of the images of training
 * @param scalingFactor multiplies latents before diffusion, so that their variance is 1
 * @param shiftFactor subtracted from latents before that
 * @param hasMiddleAttention whether there is attention between the smallest images
 */
public record AutoencoderConfig(
    int inChannels,
    int outChannels,
    List<Integer> channels,
    int layersPerBlock,
    Activation activation,
    int latentChannels,
    int numGroups,
    int sampleSize,
    double scalingFactor,
    double shiftFactor,
    boolean hasMiddleAttention) {
  static final String DOWN = "DownEncoderBlock2D";
  static final String UP = "UpDecoderBlock2D";

  private static final double EPS = 1e-6;

  private static final Map<String, String> SUPPORTED =
      Map.of(
          "use_quant_conv", "true",
          "use_post_quant_conv", "true",
          "latents_mean", "null",
          "latents_std", "null");

  /** Checks that groups divide the channels. */
  public AutoencoderConfig {
    channels = List.copyOf(channels);
    for (int width : channels) {
      if (width % numGroups != 0) {
        throw new IllegalArgumentException(
            "block_out_channels must be multiples of norm_num_groups=%d, got %s"
                .formatted(numGroups, channels));
      }
    }
  }

  /**
   * Reads {@code config.json}; keys that are absent have the defaults of diffusers.
   *
   * @throws IllegalArgumentException if a setting is not supported
   */
  public static AutoencoderConfig read(ConfigJson json) {
    UNetConfigJson.require(json, SUPPORTED);
    List<Integer> channels = UNetConfigJson.channels(json, List.of(64));
    requireTypes(json, "down_block_types", DOWN, channels.size());
    requireTypes(json, "up_block_types", UP, channels.size());
    return new AutoencoderConfig(
        json.positive("in_channels", 3),
        json.positive("out_channels", 3),
        channels,
        json.positive("layers_per_block", 1),
        Activation.named("act_fn", json.text("act_fn", "silu")),
        json.positive("latent_channels", 4),
        json.positive("norm_num_groups", 32),
        json.positive("sample_size", 32),
        json.number("scaling_factor", 0.18215),
        json.number("shift_factor", 0),
        json.flag("mid_block_add_attention", true));
  }

  private static void requireTypes(ConfigJson json, String key, String type, int numLevels) {
    List<String> types = UNetConfigJson.types(json, key, List.of(type), List.of(type));
    UNetConfigJson.requireLevels(key, types.size(), numLevels);
  }

  /** The settings of Stable Diffusion 1.5. */
  public static AutoencoderConfig stableDiffusion() {
    return new AutoencoderConfig(
        3, 3, List.of(128, 256, 512, 512), 2, Activation.SILU, 4, 32, 512, 0.18215, 0, true);
  }

  /** The same settings with another scaling factor. */
  public AutoencoderConfig withScalingFactor(double factor) {
    return new AutoencoderConfig(
        inChannels,
        outChannels,
        channels,
        layersPerBlock,
        activation,
        latentChannels,
        numGroups,
        sampleSize,
        factor,
        shiftFactor,
        hasMiddleAttention);
  }

  /** The settings as {@code config.json}. */
  public ConfigJson json() {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.put("_class_name", "AutoencoderKL");
    node.put("in_channels", inChannels);
    node.put("out_channels", outChannels);
    ArrayNode down = node.putArray("down_block_types");
    ArrayNode up = node.putArray("up_block_types");
    ArrayNode blocks = node.putArray("block_out_channels");
    for (int width : channels) {
      down.add(DOWN);
      up.add(UP);
      blocks.add(width);
    }
    node.put("layers_per_block", layersPerBlock);
    node.put("act_fn", activation.publishedName());
    node.put("latent_channels", latentChannels);
    node.put("norm_num_groups", numGroups);
    node.put("sample_size", sampleSize);
    node.put("scaling_factor", scalingFactor);
    if (shiftFactor != 0) {
      node.put("shift_factor", shiftFactor);
    }
    node.put("mid_block_add_attention", hasMiddleAttention);
    return json;
  }

  /** The number of pixels of an image along one side of a pixel of its latent. */
  public int reduction() {
    return 1 << (channels.size() - 1);
  }

  ResnetOptions resnets() {
    return new ResnetOptions(0, TimeShift.DEFAULT, numGroups, EPS, activation);
  }
}
