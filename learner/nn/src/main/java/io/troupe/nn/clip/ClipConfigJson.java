package io.troupe.nn.clip;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;

/** {@link ClipConfig} as transformers' {@code config.json}. */
public final class ClipConfigJson {
  private ClipConfigJson() {}

  /** The settings of a {@code CLIPModel}. */
  public static ConfigJson of(ClipConfig config) {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.putArray("architectures").add("CLIPModel");
    node.put("model_type", "clip");
    node.put("projection_dim", config.projectionDim());
    ObjectNode text = node.putObject("text_config");
    text.put("model_type", "clip_text_model");
    text.put("projection_dim", config.projectionDim());
    putText(text, config.text());
    ClipVisionConfig vision = config.vision();
    ObjectNode images = node.putObject("vision_config");
    images.put("model_type", "clip_vision_model");
    images.put("projection_dim", config.projectionDim());
    putLayers(images, vision.encoder());
    images.put("image_size", vision.imageSize());
    images.put("patch_size", vision.patchSize());
    images.put("num_channels", vision.numChannels());
    node.put("torch_dtype", "float32");
    return json;
  }

  /** Adds the settings of a text encoder. */
  public static void putText(ObjectNode node, ClipTextConfig config) {
    putLayers(node, config.encoder());
    node.put("vocab_size", config.vocabSize());
    node.put("max_position_embeddings", config.maxPositionEmbeddings());
    node.put("eos_token_id", config.eosTokenId());
    node.put("bos_token_id", config.vocabSize() - 2);
    node.put("pad_token_id", config.eosTokenId());
  }

  private static void putLayers(ObjectNode node, ClipEncoderConfig config) {
    node.put("hidden_size", config.hiddenSize());
    node.put("intermediate_size", config.intermediateSize());
    node.put("num_hidden_layers", config.numHiddenLayers());
    node.put("num_attention_heads", config.numAttentionHeads());
    node.put("hidden_act", config.activation().publishedName());
    node.put("layer_norm_eps", config.layerNormEps());
  }
}
