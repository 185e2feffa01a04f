package io.troupe.nn.registry;

import io.troupe.nn.bert.BertConfig;
import io.troupe.nn.layers.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings of a BERT: keys of {@code config.json}, with the sizes of bert-base-uncased. */
final class BertSettings {
  static final Hyperparameter<Integer> NUM_LABELS =
      Hyperparameter.whole("num_labels", 2, 1, 1 << 20, "classes");

  private static final Hyperparameter<Integer> VOCAB_SIZE =
      Hyperparameter.whole("vocab_size", 30522, 1, 1 << 24, "rows of the token embedding");
  private static final Hyperparameter<Integer> HIDDEN_SIZE =
      Hyperparameter.whole("hidden_size", 768, 1, 1 << 20, "features of a hidden state");
  private static final Hyperparameter<Integer> NUM_HIDDEN_LAYERS =
      Hyperparameter.whole("num_hidden_layers", 12, 1, 1024, "encoder layers");
  private static final Hyperparameter<Integer> NUM_ATTENTION_HEADS =
      Hyperparameter.whole("num_attention_heads", 12, 1, 1 << 12, "attention heads");
  private static final Hyperparameter<Integer> INTERMEDIATE_SIZE =
      Hyperparameter.whole(
          "intermediate_size", 3072, 1, 1 << 20, "inner features of the feed-forward blocks");
  private static final Hyperparameter<String> HIDDEN_ACT =
      Hyperparameter.choice(
          "hidden_act",
          "gelu",
          List.of("gelu", "gelu_new", "relu", "silu", "mish"),
          "activation of the feed-forward blocks");
  private static final Hyperparameter<Double> HIDDEN_DROPOUT_PROB =
      Hyperparameter.real(
          "hidden_dropout_prob", 0.1, 0, 0.99, "dropout of embeddings and of outputs of blocks");
  private static final Hyperparameter<Double> CLASSIFIER_DROPOUT =
      Hyperparameter.real("classifier_dropout", 0.1, 0, 0.99, "dropout before the classifier");
  private static final Hyperparameter<Integer> MAX_POSITION_EMBEDDINGS =
      Hyperparameter.whole("max_position_embeddings", 512, 1, 1 << 24, "maximum sequence length");
  private static final Hyperparameter<Integer> TYPE_VOCAB_SIZE =
      Hyperparameter.whole("type_vocab_size", 2, 1, 1 << 16, "token types");
  private static final Hyperparameter<Double> INITIALIZER_RANGE =
      Hyperparameter.real(
          "initializer_range", 0.02, 0, 10, "standard deviation of initial weights");
  private static final Hyperparameter<Double> LAYER_NORM_EPS =
      Hyperparameter.real("layer_norm_eps", 1e-12, 0, 1, "added to the variance in norms");
  private static final Hyperparameter<Integer> PAD_TOKEN_ID =
      Hyperparameter.whole("pad_token_id", 0, 0, (1 << 24) - 1, "padding token");

  /** The settings of the encoder. */
  static final List<Hyperparameter<?>> ENCODER =
      List.of(
          VOCAB_SIZE,
          HIDDEN_SIZE,
          NUM_HIDDEN_LAYERS,
          NUM_ATTENTION_HEADS,
          INTERMEDIATE_SIZE,
          HIDDEN_ACT,
          HIDDEN_DROPOUT_PROB,
          CLASSIFIER_DROPOUT,
          MAX_POSITION_EMBEDDINGS,
          TYPE_VOCAB_SIZE,
          INITIALIZER_RANGE,
          LAYER_NORM_EPS,
          PAD_TOKEN_ID);

  private BertSettings() {}

  /** The configuration of settings. */
  static BertConfig config(Settings settings) {
    return new BertConfig(
        settings.get(VOCAB_SIZE),
        settings.get(HIDDEN_SIZE),
        settings.get(NUM_HIDDEN_LAYERS),
        settings.get(NUM_ATTENTION_HEADS),
        settings.get(INTERMEDIATE_SIZE),
        Activation.named("hidden_act", settings.get(HIDDEN_ACT)),
        settings.get(HIDDEN_DROPOUT_PROB),
        settings.get(CLASSIFIER_DROPOUT),
        settings.get(MAX_POSITION_EMBEDDINGS),
        settings.get(TYPE_VOCAB_SIZE),
        settings.get(INITIALIZER_RANGE),
        settings.get(LAYER_NORM_EPS),
        settings.get(PAD_TOKEN_ID));
  }

  /** The settings of a configuration, as texts by name. */
  static Map<String, String> of(BertConfig config) {
    Map<String, String> settings = new LinkedHashMap<>();
    put(settings, VOCAB_SIZE, config.vocabSize());
    put(settings, HIDDEN_SIZE, config.hiddenSize());
    put(settings, NUM_HIDDEN_LAYERS, config.numHiddenLayers());
    put(settings, NUM_ATTENTION_HEADS, config.numAttentionHeads());
    put(settings, INTERMEDIATE_SIZE, config.intermediateSize());
    put(settings, HIDDEN_ACT, config.hiddenAct().publishedName());
    put(settings, HIDDEN_DROPOUT_PROB, config.hiddenDropoutProb());
    put(settings, CLASSIFIER_DROPOUT, config.classifierDropout());
    put(settings, MAX_POSITION_EMBEDDINGS, config.maxPositionEmbeddings());
    put(settings, TYPE_VOCAB_SIZE, config.typeVocabSize());
    put(settings, INITIALIZER_RANGE, config.initializerRange());
    put(settings, LAYER_NORM_EPS, config.layerNormEps());
    put(settings, PAD_TOKEN_ID, config.padTokenId());
    return settings;
  }

  private static <T> void put(Map<String, String> settings, Hyperparameter<T> setting, T value) {
    settings.put(setting.name(), value.toString());
  }
}
