package io.troupe.nn.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.StateDictNames;
import io.troupe.nn.checkpoint.WeightNames;
import io.troupe.nn.clip.ClipConfigJson;
import io.troupe.nn.clip.ClipEncoderConfig;
import io.troupe.nn.clip.ClipTextConfig;
import io.troupe.nn.clip.ClipTextModel;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;

/** The text encoder of a pipeline, with the names of transformers' {@code CLIPTextModel}. */
public final class PipelineTextEncoder extends Module {
  private static final String PREFIX = "text_model.";

  private final ClipTextModel textModel;

  /** An encoder. */
  public PipelineTextEncoder(ClipTextConfig config, Initializer initializer) {
    this(new ClipTextModel(config, initializer));
  }

  /** The text encoder of a CLIP model. */
  public PipelineTextEncoder(ClipTextModel textModel) {
    this.textModel = child("text_model", textModel);
  }

  /** Reads {@code config.json}; keys that are absent have the defaults of transformers. */
  static ClipTextConfig read(ConfigJson json) {
    ClipEncoderConfig encoder =
        new ClipEncoderConfig(
            json.positive("hidden_size", 512),
            json.positive("intermediate_size", 2048),
            json.positive("num_hidden_layers", 12),
            json.positive("num_attention_heads", 8),
            Activation.named("hidden_act", json.text("hidden_act", "quick_gelu")),
            json.number("layer_norm_eps", 1e-5));
    int vocab = json.positive("vocab_size", 49_408);
    int eos = json.tokenId("eos_token_id").orElse(vocab - 1);
    // Published files have 2, an id that ends no text; theirs is the last.
    return new ClipTextConfig(
        encoder, vocab, json.positive("max_position_embeddings", 77), eos == 2 ? vocab - 1 : eos);
  }

  /** The settings as {@code config.json}. */
  ConfigJson json() {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.putArray("architectures").add("CLIPTextModel");
    node.put("model_type", "clip_text_model");
    ClipConfigJson.putText(node, config());
    node.put("torch_dtype", "float32");
    return json;
  }

  /** The names in files, which may lack the prefix and have an index of positions. */
  static WeightNames weightNames() {
    return new StateDictNames(
        stored -> stored.endsWith("position_ids"),
        name -> name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name);
  }

  /** The settings. */
  public ClipTextConfig config() {
    return textModel.config();
  }

  /**
   * The hidden states of texts.
   *
   * @param ids INT32 (batch, length)
   * @return (batch, length, hidden)
   */
  public Tensor forward(Tensor ids) {
    return textModel.forward(ids);
  }
}
