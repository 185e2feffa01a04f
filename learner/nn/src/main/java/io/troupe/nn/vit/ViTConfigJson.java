package io.troupe.nn.vit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.Optional;

/** {@link ViTConfig} as the {@code config.json} of timm's model directories. */
public final class ViTConfigJson {
  private static final String ARGUMENTS = "model_args";

  private ViTConfigJson() {}

  /** The settings of a {@link VisionTransformer}; empty for sinusoidal positions. */
  public static Optional<ConfigJson> of(ViTConfig config) {
    return switch (config.positions()) {
      case LEARNED -> Optional.of(json("vit_tiny_patch16_224", List.of("head"), config));
      case RELATIVE -> Optional.of(relative(config));
      case SINUSOIDAL -> Optional.empty(); // timm has no model with them
    };
  }

  /** The settings of a {@link DistilledVisionTransformer}; empty for sinusoidal positions. */
  public static Optional<ConfigJson> ofDistilled(ViTConfig config) {
    return config.positions() == Positions.LEARNED
        ? Optional.of(json("deit_tiny_distilled_patch16_224", List.of("head", "head_dist"), config))
        : Optional.empty();
  }

  private static ConfigJson relative(ViTConfig config) {
    ConfigJson json = json("vit_relpos_small_patch16_224", List.of("head"), config);
    ObjectNode arguments = (ObjectNode) json.node().get(ARGUMENTS);
    arguments.put("rel_pos_type", "bias");
    arguments.putNull("init_values");
    arguments.put("qkv_bias", true);
    arguments.put("fc_norm", config.pooling() == Pooling.AVG);
    return json;
  }

  /** The sizes of the architecture that is named are replaced by the arguments. */
  private static ConfigJson json(String architecture, List<String> classifiers, ViTConfig config) {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.put("architecture", architecture);
    node.put("num_classes", config.numClasses());
    ObjectNode arguments = node.putObject(ARGUMENTS);
    arguments.put("img_size", config.imageSize());
    arguments.put("patch_size", config.patchSize());
    arguments.put("in_chans", config.inChannels());
    arguments.put("embed_dim", config.embedDim());
    arguments.put("depth", config.depth());
    arguments.put("num_heads", config.numHeads());
    arguments.put("mlp_ratio", config.mlpRatio());
    arguments.put("class_token", config.pooling() == Pooling.TOKEN);
    arguments.put("global_pool", config.pooling() == Pooling.TOKEN ? "token" : "avg");
    ObjectNode pretrained = node.putObject("pretrained_cfg");
    pretrained
        .putArray("input_size")
        .add(config.inChannels())
        .add(config.imageSize())
        .add(config.imageSize());
    pretrained.put("fixed_input_size", true);
    pretrained.put("first_conv", "patch_embed.proj");
    ArrayNode heads = pretrained.putArray("classifier");
    classifiers.forEach(heads::add);
    return json;
  }
}
