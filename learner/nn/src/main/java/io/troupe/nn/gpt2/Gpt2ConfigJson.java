package io.troupe.nn.gpt2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.LMConfig;

/** {@link Gpt2Config} to and from {@code config.json}. */
public final class Gpt2ConfigJson {
  private Gpt2ConfigJson() {}

  /**
   * Reads a configuration; missing keys have transformers' defaults.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static Gpt2Config read(ConfigJson json) {
    if (json.flag("add_cross_attention", false)) {
      throw new IllegalArgumentException("add_cross_attention must be false, got true");
    }
    int heads = json.requirePositive("n_head");
    int hidden = json.requirePositive("n_embd");
    LMConfig lm =
        new LMConfig(
            Gpt2Config.GPT2,
            json.requirePositive("vocab_size"),
            hidden,
            json.requirePositive("n_layer"),
            heads,
            heads,
            hidden / heads,
            json.positive("n_positions", json.positive("n_ctx", 1024)),
            json.tokenIds("eos_token_id"),
            json.tokenId("bos_token_id"),
            json.tokenId("pad_token_id"));
    return new Gpt2Config(
        lm,
        json.positive("n_inner", 4 * hidden),
        Activation.named("activation_function", json.text("activation_function", "gelu_new")),
        json.number("layer_norm_epsilon", 1e-5),
        json.number("embd_pdrop", 0.1),
        json.number("resid_pdrop", 0.1),
        json.flag("scale_attn_weights", true),
        json.flag("scale_attn_by_inverse_layer_idx", false),
        json.flag("tie_word_embeddings", true),
        json.number("initializer_range", 0.02));
  }

  /** Writes a configuration that transformers reads. */
  public static String write(Gpt2Config config) {
    LMConfig lm = config.lm();
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.putArray("architectures").add("GPT2LMHeadModel");
    node.put("model_type", Gpt2Config.GPT2);
    node.put("vocab_size", lm.vocabSize());
    node.put("n_positions", lm.maxPositionEmbeddings());
    node.put("n_embd", lm.hiddenSize());
    node.put("n_layer", lm.numHiddenLayers());
    node.put("n_head", lm.numAttentionHeads());
    node.put("n_inner", config.innerSize());
    node.put("activation_function", config.activation().publishedName());
    node.put("layer_norm_epsilon", config.layerNormEpsilon());
    node.put("embd_pdrop", config.embdPdrop());
    node.put("resid_pdrop", config.residPdrop());
    node.put("attn_pdrop", 0.0);
    node.put("scale_attn_weights", config.scaleAttnWeights());
    node.put("scale_attn_by_inverse_layer_idx", config.scaleAttnByInverseLayerIdx());
    node.put("tie_word_embeddings", config.tieWordEmbeddings());
    node.put("initializer_range", config.initializerRange());
    json.putTokens(lm);
    return json.text();
  }
}
