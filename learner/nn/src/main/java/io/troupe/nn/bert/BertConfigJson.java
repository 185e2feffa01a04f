package io.troupe.nn.bert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.Set;

/** {@link BertConfig} to and from {@code config.json}. */
public final class BertConfigJson {
  private BertConfigJson() {}

  /**
   * Reads a configuration; missing keys have transformers' defaults.
   *
   * @throws IllegalArgumentException naming the key that is wrong or not supported
   */
  public static BertConfig read(ConfigJson json) {
    requireText(json, "model_type", BertConfig.MODEL_TYPE);
    requireText(json, "position_embedding_type", "absolute");
    requireFlag(json, "is_decoder", false);
    requireFlag(json, "add_cross_attention", false);
    requireFlag(json, "tie_word_embeddings", true);
    double dropout = json.number("hidden_dropout_prob", 0.1);
    return new BertConfig(
        json.positive("vocab_size", 30522),
        json.positive("hidden_size", 768),
        json.positive("num_hidden_layers", 12),
        json.positive("num_attention_heads", 12),
        json.positive("intermediate_size", 3072),
        Activation.named("hidden_act", json.text("hidden_act", "gelu")),
        dropout,
        json.number("classifier_dropout", dropout),
        json.positive("max_position_embeddings", 512),
        json.positive("type_vocab_size", 2),
        json.number("initializer_range", 0.02),
        json.number("layer_norm_eps", 1e-12),
        json.tokenId("pad_token_id").orElse(0));
  }

  /** The number of classes of a head: the size of {@code id2label}, or 2 as in transformers. */
  public static int numLabels(ConfigJson json) {
    return json.object("id2label")
        .map(labels -> Math.max(1, labels.node().size()))
        .orElseGet(() -> json.positive("num_labels", 2));
  }

  private static void requireText(ConfigJson json, String key, String expected) {
    if (!json.text(key, expected).equals(expected)) {
      throw new IllegalArgumentException(
          key + " must be \"" + expected + "\", got " + json.shown(key));
    }
  }

  private static void requireFlag(ConfigJson json, String key, boolean expected) {
    if (json.flag(key, expected) != expected) {
      throw new IllegalArgumentException(key + " must be " + expected + ", got " + !expected);
    }
  }

  /**
   * Writes a configuration that transformers reads.
   *
   * @param architecture class in transformers, such as BertForMaskedLM
   * @param labels names of the classes of the head; empty for a head without classes
   */
  public static String write(BertConfig config, String architecture, List<String> labels) {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.putArray("architectures").add(architecture);
    node.put("model_type", BertConfig.MODEL_TYPE);
    node.put("vocab_size", config.vocabSize());
    node.put("hidden_size", config.hiddenSize());
    node.put("num_hidden_layers", config.numHiddenLayers());
    node.put("num_attention_heads", config.numAttentionHeads());
    node.put("intermediate_size", config.intermediateSize());
    node.put("hidden_act", config.hiddenAct().publishedName());
    node.put("hidden_dropout_prob", config.hiddenDropoutProb());
    node.put("attention_probs_dropout_prob", 0.0);
    node.put("classifier_dropout", config.classifierDropout());
    node.put("max_position_embeddings", config.maxPositionEmbeddings());
    node.put("type_vocab_size", config.typeVocabSize());
    node.put("initializer_range", config.initializerRange());
    node.put("layer_norm_eps", config.layerNormEps());
    node.put("pad_token_id", config.padTokenId());
    node.put("dtype", "float32");
    if (!labels.isEmpty()) {
      putLabels(node, labels);
    }
    return json.text();
  }

  private static void putLabels(ObjectNode node, List<String> labels) {
    if (Set.copyOf(labels).size() < labels.size()) {
      throw new IllegalArgumentException("labels must be different, got " + labels);
    }
    ObjectNode names = node.putObject("id2label");
    ObjectNode ids = node.putObject("label2id");
    for (int i = 0; i < labels.size(); i++) {
      names.put(Integer.toString(i), labels.get(i));
      ids.put(labels.get(i), i);
    }
  }
}
