package io.troupe.nn.llama;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.decoder.RopeJson;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.LMConfig;

/** {@link LlamaConfig} to and from {@code config.json}. */
public final class LlamaConfigJson {
  private LlamaConfigJson() {}

  /**
   * Reads a configuration; missing keys have transformers' defaults.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static LlamaConfig read(ConfigJson json) {
    String modelType = json.text("model_type", LlamaConfig.LLAMA);
    boolean qwen2 = modelType.equals(LlamaConfig.QWEN2);
    requireFullAttention(json);
    int heads = json.requirePositive("num_attention_heads");
    int hidden = json.requirePositive("hidden_size");
    int headDim = json.positive("head_dim", hidden / heads);
    RopeJson rope =
        RopeJson.read(
            json, json.positive("max_position_embeddings", qwen2 ? 32768 : 2048), headDim);
    LMConfig lm =
        new LMConfig(
            modelType,
            json.requirePositive("vocab_size"),
            hidden,
            json.requirePositive("num_hidden_layers"),
            heads,
            json.positive("num_key_value_heads", heads),
            headDim,
            rope.context(),
            json.tokenIds("eos_token_id"),
            json.tokenId("bos_token_id"),
            json.tokenId("pad_token_id"));
    boolean attentionBias = json.flag("attention_bias", false);
    return new LlamaConfig(
        lm,
        json.requirePositive("intermediate_size"),
        Activation.named("hidden_act", json.text("hidden_act", "silu")),
        json.number("rms_norm_eps", 1e-6),
        rope.parameters(),
        qwen2 || attentionBias,
        !qwen2 && attentionBias,
        !qwen2 && json.flag("mlp_bias", false),
        json.flag("tie_word_embeddings", false),
        json.number("initializer_range", 0.02));
  }

  private static void requireFullAttention(ConfigJson json) {
    if (json.flag("use_sliding_window", false)) {
      throw new IllegalArgumentException(
          "use_sliding_window must be false, got true; set it to false if texts are shorter than"
              + " sliding_window");
    }
  }

  /** Writes a configuration that both transformers 4 and 5 read. */
  public static String write(LlamaConfig config) {
    LMConfig lm = config.lm();
    boolean qwen2 = lm.modelType().equals(LlamaConfig.QWEN2);
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.putArray("architectures").add(qwen2 ? "Qwen2ForCausalLM" : "LlamaForCausalLM");
    node.put("model_type", lm.modelType());
    node.put("vocab_size", lm.vocabSize());
    node.put("hidden_size", lm.hiddenSize());
    node.put("intermediate_size", config.intermediateSize());
    node.put("num_hidden_layers", lm.numHiddenLayers());
    node.put("num_attention_heads", lm.numAttentionHeads());
    node.put("num_key_value_heads", lm.numKeyValueHeads());
    if (!qwen2) {
      node.put("head_dim", lm.headDim());
      node.put("attention_bias", config.qkvBias());
      node.put("mlp_bias", config.mlpBias());
    }
    node.put(
        "max_position_embeddings",
        RopeJson.maxPositionEmbeddings(config.rope(), lm.maxPositionEmbeddings()));
    node.put("hidden_act", config.hiddenAct().publishedName());
    node.put("rms_norm_eps", config.rmsNormEps());
    node.put("tie_word_embeddings", config.tieWordEmbeddings());
    node.put("initializer_range", config.initializerRange());
    RopeJson.write(config.rope(), node);
    json.putTokens(lm);
    return json.text();
  }
}
