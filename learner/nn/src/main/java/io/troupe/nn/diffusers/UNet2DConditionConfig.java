package io.troupe.nn.diffusers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.lm.ConfigJson;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a {@link UNet2DConditionModel}.
 *
 * @param sampleSize rows and columns of the latents that the model was trained on
 * @param inChannels channels of the input
 * @param outChannels channels of the output
 * @param waves of the time
 * @param downTypes types of the levels on the way down, from the top
 * @param upTypes types of the levels on the way up, from the bottom
 * @param channels of each level
 * @param layersPerBlock residual blocks of each level on the way down
 * @param activation of the residual blocks
 * @param numGroups of the norms
 * @param eps of the norms
 * @param crossAttentionDim features of the text
 * @param numHeads heads of each level; files call them {@code attention_head_dim}
 * @param transformerLayers transformer layers of each level
 * @param linearProjection whether linear layers surround the transformer layers
 * @param addition embedding of a text and of sizes that is added to that of the time
 */
public record UNet2DConditionConfig(
    int sampleSize,
    int inChannels,
    int outChannels,
    TimeWaves waves,
    List<String> downTypes,
    List<String> upTypes,
    List<Integer> channels,
    int layersPerBlock,
    Activation activation,
    int numGroups,
    double eps,
    int crossAttentionDim,
    List<Integer> numHeads,
    List<Integer> transformerLayers,
    boolean linearProjection,
    TextTime addition)
    implements UNetSizes {
  /** The type of a level without attention on the way down. */
  public static final String PLAIN_DOWN = "DownBlock2D";

  /** The type of a level with attention on the way down. */
  public static final String CROSS_DOWN = "CrossAttnDownBlock2D";

  static final String PLAIN_UP = "UpBlock2D";
  static final String CROSS_UP = "CrossAttnUpBlock2D";

  private static final List<Integer> CHANNELS = List.of(320, 640, 1280, 1280);
  private static final List<String> DOWN = List.of(CROSS_DOWN, CROSS_DOWN, CROSS_DOWN, PLAIN_DOWN);
  private static final List<String> UP = List.of(PLAIN_UP, CROSS_UP, CROSS_UP, CROSS_UP);

  private static final Map<String, String> SUPPORTED =
      Map.ofEntries(
          Map.entry("center_input_sample", "false"),
          Map.entry("mid_block_type", "UNetMidBlock2DCrossAttn"),
          Map.entry("only_cross_attention", "false"),
          Map.entry("downsample_padding", "1"),
          Map.entry("mid_block_scale_factor", "1"),
          Map.entry("dropout", "0"),
          Map.entry("encoder_hid_dim", "null"),
          Map.entry("dual_cross_attention", "false"),
          Map.entry("class_embed_type", "null"),
          Map.entry("num_class_embeds", "null"),
          Map.entry("resnet_time_scale_shift", "default"),
          Map.entry("resnet_skip_time_act", "false"),
          Map.entry("resnet_out_scale_factor", "1"),
          Map.entry("time_embedding_type", "positional"),
          Map.entry("time_embedding_dim", "null"),
          Map.entry("time_cond_proj_dim", "null"),
          Map.entry("time_embedding_act_fn", "null"),
          Map.entry("timestep_post_act", "null"),
          Map.entry("conv_in_kernel", "3"),
          Map.entry("conv_out_kernel", "3"),
          Map.entry("attention_type", "default"),
          Map.entry("class_embeddings_concat", "false"),
          Map.entry("cross_attention_norm", "null"));

  /**
   * Embedding of a pooled text and of sizes, as in SDXL; none if the features are 0.
   *
   * @param features of pooled text and waves together
   * @param timeFeatures waves of each size
   */
  public record TextTime(int features, int timeFeatures) {
    /** No embedding. */
    public static final TextTime NONE = new TextTime(0, 0);
  }

  /** Checks that there is an element for each level, and that heads divide the channels. */
  public UNet2DConditionConfig {
    downTypes = List.copyOf(downTypes);
    upTypes = List.copyOf(upTypes);
    channels = List.copyOf(channels);
    numHeads = List.copyOf(numHeads);
    transformerLayers = List.copyOf(transformerLayers);
    UNetConfigJson.requireLevels("down_block_types", downTypes.size(), channels.size());
    UNetConfigJson.requireLevels("up_block_types", upTypes.size(), channels.size());
    for (int i = 0; i < channels.size(); i++) {
      if (channels.get(i) % numHeads.get(i) != 0 || channels.get(i) % numGroups != 0) {
        throw new IllegalArgumentException(
            "block_out_channels must be multiples of norm_num_groups=%d and of the heads %s, got %s"
                .formatted(numGroups, numHeads, channels));
      }
    }
  }

  /**
   * Reads {@code config.json}; keys that are absent have the defaults of diffusers.
   *
   * @throws IllegalArgumentException if a setting is not supported
   */
  public static UNet2DConditionConfig read(ConfigJson json) {
    UNetConfigJson.require(json, SUPPORTED);
    List<Integer> channels = UNetConfigJson.channels(json, CHANNELS);
    int levels = channels.size();
    String headsKey =
        json.has("num_attention_heads") ? "num_attention_heads" : "attention_head_dim";
    return new UNet2DConditionConfig(
        json.positive("sample_size", 64),
        json.positive("in_channels", 4),
        json.positive("out_channels", 4),
        new TimeWaves(
            channels.getFirst(), json.flag("flip_sin_to_cos", true), json.number("freq_shift", 0)),
        UNetConfigJson.types(json, "down_block_types", DOWN, List.of(CROSS_DOWN, PLAIN_DOWN)),
        UNetConfigJson.types(json, "up_block_types", UP, List.of(CROSS_UP, PLAIN_UP)),
        channels,
        json.positive("layers_per_block", 2),
        Activation.named("act_fn", json.text("act_fn", "silu")),
        json.positive("norm_num_groups", 32),
        json.number("norm_eps", 1e-5),
        json.positive("cross_attention_dim", 1280),
        UNetConfigJson.sameOrPerLevel(json, headsKey, 8, levels),
        UNetConfigJson.sameOrPerLevel(json, "transformer_layers_per_block", 1, levels),
        json.flag("use_linear_projection", false),
        addition(json));
  }

  private static TextTime addition(ConfigJson json) {
    String type = json.text("addition_embed_type", "");
    if (type.isEmpty()) {
      return TextTime.NONE;
    }
    if (!type.equals("text_time")) {
      throw new IllegalArgumentException(
          "addition_embed_type must be null or text_time, got " + type);
    }
    return new TextTime(
        json.requirePositive("projection_class_embeddings_input_dim"),
        json.requirePositive("addition_time_embed_dim"));
  }

  /**
   * Settings that differ from those of Stable Diffusion 1.5 in their sizes.
   *
   * @param sampleSize rows and columns of the latents
   * @param latentChannels channels of the latents
   * @param downTypes types of the levels on the way down; those on the way up follow from them
   * @param channels of each level
   * @param numHeads heads of each level
   */
  public static UNet2DConditionConfig of(
      int sampleSize,
      int latentChannels,
      List<String> downTypes,
      List<Integer> channels,
      int layersPerBlock,
      int numGroups,
      int crossAttentionDim,
      int numHeads) {
    UNet2DConditionConfig like = stableDiffusion();
    int levels = channels.size();
    return new UNet2DConditionConfig(
        sampleSize,
        latentChannels,
        latentChannels,
        new TimeWaves(channels.getFirst(), like.waves.cosinesFirst(), like.waves.freqShift()),
        downTypes,
        upTypes(downTypes),
        channels,
        layersPerBlock,
        like.activation,
        numGroups,
        like.eps,
        crossAttentionDim,
        Collections.nCopies(levels, numHeads),
        Collections.nCopies(levels, 1),
        like.linearProjection,
        like.addition);
  }

  /** The types of the levels on the way up that belong to those on the way down. */
  static List<String> upTypes(List<String> downTypes) {
    return downTypes.reversed().stream()
        .map(type -> type.equals(CROSS_DOWN) ? CROSS_UP : PLAIN_UP)
        .toList();
  }

  /** The settings of Stable Diffusion 1.5. */
  public static UNet2DConditionConfig stableDiffusion() {
    ConfigJson json = ConfigJson.empty();
    json.node().put("cross_attention_dim", 768);
    return read(json);
  }

  /** The settings as {@code config.json}. */
  public ConfigJson json() {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.put("_class_name", "UNet2DConditionModel");
    node.put("sample_size", sampleSize);
    node.put("in_channels", inChannels);
    node.put("out_channels", outChannels);
    node.put("flip_sin_to_cos", waves.cosinesFirst());
    putWhole(node, "freq_shift", waves.freqShift());
    put(node.putArray("down_block_types"), downTypes);
    node.put("mid_block_type", "UNetMidBlock2DCrossAttn");
    put(node.putArray("up_block_types"), upTypes);
    ArrayNode blocks = node.putArray("block_out_channels");
    channels.forEach(blocks::add);
    node.put("layers_per_block", layersPerBlock);
    node.put("act_fn", activation.publishedName());
    node.put("norm_num_groups", numGroups);
    node.put("norm_eps", eps);
    node.put("cross_attention_dim", crossAttentionDim);
    ArrayNode heads = node.putArray("attention_head_dim");
    numHeads.forEach(heads::add);
    ArrayNode layers = node.putArray("transformer_layers_per_block");
    transformerLayers.forEach(layers::add);
    node.put("use_linear_projection", linearProjection);
    if (addition.features() > 0) {
      node.put("addition_embed_type", "text_time");
      node.put("addition_time_embed_dim", addition.timeFeatures());
      node.put("projection_class_embeddings_input_dim", addition.features());
    }
    return json;
  }

  private static void put(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  private static void putWhole(ObjectNode node, String key, double value) {
    if (value == (int) value) {
      node.put(key, (int) value);
    } else {
      node.put(key, value);
    }
  }

  ResnetOptions resnets() {
    return new ResnetOptions(timeFeatures(), TimeShift.DEFAULT, numGroups, eps, activation);
  }

  boolean hasAttention(String type) {
    return type.equals(CROSS_DOWN) || type.equals(CROSS_UP);
  }
}
