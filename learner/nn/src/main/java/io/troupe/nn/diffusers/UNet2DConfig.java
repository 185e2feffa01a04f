package io.troupe.nn.diffusers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sizes of a {@link UNet2DModel}.
 *
 * @param inChannels channels of the images
 * @param outChannels channels of the output
 * @param centerInput whether images in [0, 1] are scaled to [-1, 1]
 * @param waves of the time
 * @param downTypes types of the levels on the way down, from the top
 * @param upTypes types of the levels on the way up, from the bottom
 * @param channels of each level
 * @param layersPerBlock residual blocks of each level on the way down
 * @param resamplesInResnets whether levels with attention are resampled in a residual block
 * @param activation of the residual blocks
 * @param headDim features of an attention head
 * @param numGroups of the norms
 * @param eps of the norms
 * @param scaleShift whether the time scales and shifts the second norm of a residual block
 * @param hasMiddleAttention whether there is attention between the smallest images
 * @param numClasses classes of the images; 0 for none
 */
public record UNet2DConfig(
    int inChannels,
    int outChannels,
    boolean centerInput,
    TimeWaves waves,
    List<String> downTypes,
    List<String> upTypes,
    List<Integer> channels,
    int layersPerBlock,
    boolean resamplesInResnets,
    Activation activation,
    int headDim,
    int numGroups,
    double eps,
    boolean scaleShift,
    boolean hasMiddleAttention,
    int numClasses)
    implements UNetSizes {
  /** A type of level. */
  public static final String PLAIN_DOWN = "DownBlock2D";

  /** A type of level with attention. */
  public static final String ATTENTION_DOWN = "AttnDownBlock2D";

  /** A type of level. */
  public static final String PLAIN_UP = "UpBlock2D";

  /** A type of level with attention. */
  public static final String ATTENTION_UP = "AttnUpBlock2D";

  private static final List<Integer> CHANNELS = List.of(224, 448, 672, 896);
  private static final List<String> DOWN =
      List.of(PLAIN_DOWN, ATTENTION_DOWN, ATTENTION_DOWN, ATTENTION_DOWN);
  private static final List<String> UP =
      List.of(ATTENTION_UP, ATTENTION_UP, ATTENTION_UP, PLAIN_UP);
  private static final Set<String> SHIFTS = Set.of("default", "scale_shift");
  private static final Set<String> SAMPLERS = Set.of("conv", "resnet");

  private static final Map<String, String> SUPPORTED =
      Map.of(
          "mid_block_type", "UNetMidBlock2D",
          "mid_block_scale_factor", "1",
          "downsample_padding", "1",
          "dropout", "0",
          "time_embedding_type", "positional",
          "time_embedding_dim", "null",
          "attn_norm_num_groups", "null",
          "class_embed_type", "null");

  /** Checks that there is a type for each level, and that heads divide the channels. */
  public UNet2DConfig {
    downTypes = List.copyOf(downTypes);
    upTypes = List.copyOf(upTypes);
    channels = List.copyOf(channels);
    UNetConfigJson.requireLevels("down_block_types", downTypes.size(), channels.size());
    UNetConfigJson.requireLevels("up_block_types", upTypes.size(), channels.size());
    for (int width : channels) {
      if (width % numGroups != 0) {
        throw new IllegalArgumentException(
            "block_out_channels must be multiples of norm_num_groups=%d, got %s"
                .formatted(numGroups, channels));
      }
    }
  }

  /** A network for images with as many channels as its output, with the defaults of diffusers. */
  public static UNet2DConfig of(
      int imageChannels,
      List<String> downTypes,
      List<String> upTypes,
      List<Integer> channels,
      int layersPerBlock,
      int headDim,
      int numGroups,
      int numClasses) {
    return new UNet2DConfig(
        imageChannels,
        imageChannels,
        false,
        new TimeWaves(channels.getFirst(), true, 0),
        downTypes,
        upTypes,
        channels,
        layersPerBlock,
        false,
        Activation.SILU,
        headDim,
        numGroups,
        1e-5,
        false,
        true,
        numClasses);
  }

  /**
   * Reads {@code config.json}; keys that are absent have the defaults of diffusers.
   *
   * @throws IllegalArgumentException if a setting is not supported
   */
  public static UNet2DConfig read(ConfigJson json) {
    UNetConfigJson.require(json, SUPPORTED);
    List<Integer> channels = UNetConfigJson.channels(json, CHANNELS);
    String down = choice(json, "downsample_type", "conv", SAMPLERS);
    if (!down.equals(choice(json, "upsample_type", "conv", SAMPLERS))) {
      throw new IllegalArgumentException(
          "upsample_type must be downsample_type=%s, got %s"
              .formatted(down, json.shown("upsample_type")));
    }
    return new UNet2DConfig(
        json.positive("in_channels", 3),
        json.positive("out_channels", 3),
        json.flag("center_input_sample", false),
        new TimeWaves(
            channels.getFirst(), json.flag("flip_sin_to_cos", true), json.number("freq_shift", 0)),
        UNetConfigJson.types(json, "down_block_types", DOWN, List.of(PLAIN_DOWN, ATTENTION_DOWN)),
        UNetConfigJson.types(json, "up_block_types", UP, List.of(PLAIN_UP, ATTENTION_UP)),
        channels,
        json.positive("layers_per_block", 2),
        down.equals("resnet"),
        Activation.named("act_fn", json.text("act_fn", "silu")),
        json.positive("attention_head_dim", 8),
        json.positive("norm_num_groups", 32),
        json.number("norm_eps", 1e-5),
        choice(json, "resnet_time_scale_shift", "default", SHIFTS).equals("scale_shift"),
        json.flag("add_attention", true),
        json.has("num_class_embeds") ? json.requirePositive("num_class_embeds") : 0);
  }

  private static String choice(ConfigJson json, String key, String absent, Set<String> known) {
    String given = json.text(key, absent);
    if (!known.contains(given)) {
      throw new IllegalArgumentException(
          "%s must be one of %s, got %s"
              .formatted(key, String.join(", ", known.stream().sorted().toList()), given));
    }
    return given;
  }

  /** The settings as {@code config.json}. */
  public ConfigJson json() {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.put("_class_name", "UNet2DModel");
    node.put("in_channels", inChannels);
    node.put("out_channels", outChannels);
    node.put("center_input_sample", centerInput);
    node.put("flip_sin_to_cos", waves.cosinesFirst());
    node.put("freq_shift", waves.freqShift());
    ArrayNode down = node.putArray("down_block_types");
    downTypes.forEach(down::add);
    ArrayNode up = node.putArray("up_block_types");
    upTypes.forEach(up::add);
    ArrayNode blocks = node.putArray("block_out_channels");
    channels.forEach(blocks::add);
    node.put("layers_per_block", layersPerBlock);
    node.put("downsample_type", resamplesInResnets ? "resnet" : "conv");
    node.put("upsample_type", resamplesInResnets ? "resnet" : "conv");
    node.put("act_fn", activation.publishedName());
    node.put("attention_head_dim", headDim);
    node.put("norm_num_groups", numGroups);
    node.put("norm_eps", eps);
    node.put("resnet_time_scale_shift", scaleShift ? "scale_shift" : "default");
    node.put("add_attention", hasMiddleAttention);
    if (numClasses > 0) {
      node.put("num_class_embeds", numClasses);
    }
    return json;
  }

  ResnetOptions resnets() {
    return new ResnetOptions(
        timeFeatures(),
        scaleShift ? TimeShift.SCALE_SHIFT : TimeShift.DEFAULT,
        numGroups,
        eps,
        activation);
  }
}
