package io.troupe.nn.llama;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.RotaryParameters;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.LMConfig;
import java.util.Optional;

/** {@link LlamaConfig} to and from {@code config.json}. */
public final class LlamaConfigJson {
  private LlamaConfigJson() {}

  /**
   * Reads a configuration; what is absent has transformers' default.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static LlamaConfig read(ConfigJson json) {
    String modelType = json.text("model_type", LlamaConfig.LLAMA);
    boolean qwen2 = modelType.equals(LlamaConfig.QWEN2);
    requireFullAttention(json);
    int heads = json.requirePositive("num_attention_heads");
    int hidden = json.requirePositive("hidden_size");
    int maxPositions = json.positive("max_position_embeddings", qwen2 ? 32768 : 2048);
    LMConfig lm =
        new LMConfig(
            modelType,
            json.requirePositive("vocab_size"),
            hidden,
            json.requirePositive("num_hidden_layers"),
            heads,
            json.positive("num_key_value_heads", heads),
            json.positive("head_dim", hidden / heads),
            maxPositions,
            json.tokenIds("eos_token_id"),
            json.tokenId("bos_token_id"),
            json.tokenId("pad_token_id"));
    boolean attentionBias = json.flag("attention_bias", false);
    return new LlamaConfig(
        lm,
        json.requirePositive("intermediate_size"),
        Activation.named("hidden_act", json.text("hidden_act", "silu")),
        json.number("rms_norm_eps", 1e-6),
        rope(json, maxPositions),
        qwen2 || attentionBias,
        !qwen2 && attentionBias,
        !qwen2 && json.flag("mlp_bias", false),
        json.flag("tie_word_embeddings", false),
        json.number("initializer_range", 0.02));
  }

  private static void requireFullAttention(ConfigJson json) {
    if (json.flag("use_sliding_window", false)) {
      throw new IllegalArgumentException(
          "use_sliding_window is true: only full attention is supported; set it to false if your"
              + " texts are shorter than sliding_window");
    }
  }

  /** Both spellings: {@code rope_scaling} with {@code rope_theta}, or {@code rope_parameters}. */
  private static RotaryParameters rope(ConfigJson json, int maxPositions) {
    Optional<ConfigJson> parameters = json.object("rope_parameters");
    ConfigJson scaling =
        parameters.or(() -> json.object("rope_scaling")).orElseGet(ConfigJson::empty);
    double theta = scaling.number("rope_theta", json.number("rope_theta", 10000));
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    return new RotaryParameters(
        theta,
        switch (type) {
          case "default" -> new RotaryParameters.Unscaled();
          case "linear" -> new RotaryParameters.Linear(factor(scaling, "factor"));
          case "llama3" ->
              new RotaryParameters.Llama3(
                  factor(scaling, "factor"),
                  factor(scaling, "low_freq_factor"),
                  factor(scaling, "high_freq_factor"),
                  scaling.positive("original_max_position_embeddings", maxPositions));
          default ->
              throw new IllegalArgumentException(
                  "rope_type is \"" + type + "\": supported are default, linear and llama3");
        });
  }

  private static double factor(ConfigJson scaling, String key) {
    double factor = scaling.number(key, 0);
    if (!(factor > 0)) {
      throw new IllegalArgumentException(
          "the rope scaling's " + key + " is missing or not above 0: expected a number above 0");
    }
    return factor;
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
    node.put("max_position_embeddings", lm.maxPositionEmbeddings());
    node.put("hidden_act", config.hiddenAct().publishedName());
    node.put("rms_norm_eps", config.rmsNormEps());
    node.put("tie_word_embeddings", config.tieWordEmbeddings());
    node.put("initializer_range", config.initializerRange());
    writeRope(config.rope(), node);
    json.putTokens(lm);
    return json.text();
  }

  private static void writeRope(RotaryParameters rope, ObjectNode node) {
    node.put("rope_theta", rope.ropeTheta());
    ObjectNode parameters = node.putObject("rope_parameters");
    parameters.put("rope_theta", rope.ropeTheta());
    switch (rope.scaling()) {
      case RotaryParameters.Unscaled() -> parameters.put("rope_type", "default");
      case RotaryParameters.Linear(double factor) -> {
        parameters.put("rope_type", "linear");
        parameters.put("factor", factor);
      }
      case RotaryParameters.Llama3 llama3 -> {
        parameters.put("rope_type", "llama3");
        parameters.put("factor", llama3.factor());
        parameters.put("low_freq_factor", llama3.lowFreqFactor());
        parameters.put("high_freq_factor", llama3.highFreqFactor());
        parameters.put("original_max_position_embeddings", llama3.originalMaxPositionEmbeddings());
      }
    }
    if (!(rope.scaling() instanceof RotaryParameters.Unscaled)) {
      node.set("rope_scaling", parameters.deepCopy());
    }
  }
}
