package io.troupe.nn.diffusers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a {@link ControlNetModel}.
 *
 * @param unet sizes of the network that it controls
 * @param conditionChannels channels of the image that controls it
 * @param embeddingChannels channels of the layers over that image; it is halved between them
 */
public record ControlNetConfig(
    UNet2DConditionConfig unet, int conditionChannels, List<Integer> embeddingChannels) {
  private static final List<Integer> EMBEDDING = List.of(16, 32, 96, 256);

  private static final Map<String, String> SUPPORTED =
      Map.of("global_pool_conditions", "false", "controlnet_conditioning_channel_order", "rgb");

  /** Copies the list. */
  public ControlNetConfig {
    embeddingChannels = List.copyOf(embeddingChannels);
  }

  /**
   * Reads {@code config.json}; keys that are absent have the defaults of diffusers.
   *
   * @throws IllegalArgumentException if a setting is not supported
   */
  public static ControlNetConfig read(ConfigJson json) {
    UNetConfigJson.require(json, SUPPORTED);
    ConfigJson ofUnet = ConfigJson.parse(json.text());
    if (json.has("down_block_types")) {
      ArrayNode up = ofUnet.node().putArray("up_block_types");
      UNet2DConditionConfig.upTypes(json.texts("down_block_types")).forEach(up::add);
    }
    return new ControlNetConfig(
        UNet2DConditionConfig.read(ofUnet),
        json.positive("conditioning_channels", 3),
        UNetConfigJson.perLevel(json, "conditioning_embedding_out_channels", EMBEDDING));
  }

  /** A ControlNet for a network with color images of the size of the autoencoder's. */
  public static ControlNetConfig of(UNet2DConditionConfig unet) {
    return new ControlNetConfig(unet, 3, EMBEDDING);
  }

  /** The settings as {@code config.json}. */
  public ConfigJson json() {
    ConfigJson json = unet.json();
    ObjectNode node = json.node();
    node.put("_class_name", "ControlNetModel");
    node.remove(List.of("sample_size", "out_channels", "up_block_types"));
    node.put("conditioning_channels", conditionChannels);
    ArrayNode channels = node.putArray("conditioning_embedding_out_channels");
    embeddingChannels.forEach(channels::add);
    return json;
  }
}
