package io.troupe.nn.decoder;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Sizes;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.LMConfig;

/**
 * The settings that every family of decoders has, with the names of transformers.
 *
 * @param lm sizes and special tokens
 * @param intermediateSize inner features of the feed-forward blocks
 * @param hiddenAct activation of the feed-forward blocks
 * @param rmsNormEps added to the mean square before its root
 * @param tieWordEmbeddings whether the embedding is also the output layer
 * @param initializerRange standard deviation of initial weights
 */
public record DecoderConfig(
    LMConfig lm,
    int intermediateSize,
    Activation hiddenAct,
    double rmsNormEps,
    boolean tieWordEmbeddings,
    double initializerRange) {

  /** Checks that the sizes fit together. */
  public DecoderConfig {
    Sizes.requireMultiple(
        "num_attention_heads",
        lm.numAttentionHeads(),
        "num_key_value_heads",
        lm.numKeyValueHeads());
  }

  /**
   * Values of keys that are absent from {@code config.json}, as in transformers.
   *
   * @param modelType the name of the family
   * @param numKeyValueHeads 0 for as many as query heads
   * @param headDim 0 for hiddenSize / numAttentionHeads
   * @param activationKey {@code hidden_act} or {@code hidden_activation}
   * @param hiddenAct the published name of an activation
   */
  public record Defaults(
      String modelType,
      int numKeyValueHeads,
      int headDim,
      int maxPositionEmbeddings,
      String activationKey,
      String hiddenAct,
      double rmsNormEps,
      boolean tieWordEmbeddings) {

    /** Defaults of a family with SiLU, an output layer of its own, and heads from the sizes. */
    public static Defaults of(String modelType, int maxPositionEmbeddings, double rmsNormEps) {
      return new Defaults(
          modelType, 0, 0, maxPositionEmbeddings, "hidden_act", "silu", rmsNormEps, false);
    }

    /** These defaults with a number of key and value heads. */
    public Defaults withKeyValueHeads(int heads) {
      return new Defaults(
          modelType,
          heads,
          headDim,
          maxPositionEmbeddings,
          activationKey,
          hiddenAct,
          rmsNormEps,
          tieWordEmbeddings);
    }

    /** These defaults with a number of features of a head. */
    public Defaults withHeadDim(int features) {
      return new Defaults(
          modelType,
          numKeyValueHeads,
          features,
          maxPositionEmbeddings,
          activationKey,
          hiddenAct,
          rmsNormEps,
          tieWordEmbeddings);
    }

    /** These defaults with the embedding as the output layer. */
    public Defaults withTiedEmbeddings() {
      return new Defaults(
          modelType,
          numKeyValueHeads,
          headDim,
          maxPositionEmbeddings,
          activationKey,
          hiddenAct,
          rmsNormEps,
          true);
    }

    /** The features of a head in a file. */
    public int headDim(ConfigJson json) {
      int derived =
          json.requirePositive("hidden_size") / json.requirePositive("num_attention_heads");
      return json.positive("head_dim", headDim > 0 ? headDim : Math.max(1, derived));
    }

    /** The value of {@code max_position_embeddings} in a file. */
    public int maxPositionEmbeddings(ConfigJson json) {
      return json.positive("max_position_embeddings", maxPositionEmbeddings);
    }
  }

  /**
   * Reads the settings.
   *
   * @param context the maximum length of a sequence
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static DecoderConfig read(ConfigJson json, Defaults defaults, int context) {
    int heads = json.requirePositive("num_attention_heads");
    int kvHeads = defaults.numKeyValueHeads() > 0 ? defaults.numKeyValueHeads() : heads;
    LMConfig lm =
        new LMConfig(
            defaults.modelType(),
            json.requirePositive("vocab_size"),
            json.requirePositive("hidden_size"),
            json.requirePositive("num_hidden_layers"),
            heads,
            json.positive("num_key_value_heads", kvHeads),
            defaults.headDim(json),
            context,
            json.tokenIds("eos_token_id"),
            json.tokenId("bos_token_id"),
            json.tokenId("pad_token_id"));
    String key = defaults.activationKey();
    return new DecoderConfig(
        lm,
        json.requirePositive("intermediate_size"),
        Activation.named(key, json.text(key, defaults.hiddenAct())),
        json.number("rms_norm_eps", defaults.rmsNormEps()),
        json.flag("tie_word_embeddings", defaults.tieWordEmbeddings()),
        json.number("initializer_range", 0.02));
  }

  /** These settings with another activation. */
  public DecoderConfig withHiddenAct(Activation activation) {
    return new DecoderConfig(
        lm, intermediateSize, activation, rmsNormEps, tieWordEmbeddings, initializerRange);
  }

  /**
   * The number of weights, biases and norms aside.
   *
   * @param feedForwardFeatures features of all matrices of a feed-forward block, each of hiddenSize
   *     elements
   */
  public double numParameters(double feedForwardFeatures) {
    double hidden = lm.hiddenSize();
    double heads = 2.0 * lm.numAttentionHeads() + 2.0 * lm.numKeyValueHeads();
    double layer = hidden * (heads * lm.headDim() + feedForwardFeatures);
    return hidden * lm.vocabSize() * (tieWordEmbeddings ? 1 : 2) + layer * lm.numHiddenLayers();
  }
}
