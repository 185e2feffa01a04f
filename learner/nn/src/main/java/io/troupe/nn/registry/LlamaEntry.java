package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaConfigJson;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import java.util.List;

/** Llama and Qwen2. Settings are keys of {@code config.json}. */
final class LlamaEntry extends LanguageModelEntry<LlamaModel> {
  private final Hyperparameter<Integer> vocabSize;
  private final Hyperparameter<Integer> hiddenSize;
  private final Hyperparameter<Integer> intermediateSize;
  private final Hyperparameter<Integer> numHiddenLayers;
  private final Hyperparameter<Integer> numAttentionHeads;
  private final Hyperparameter<Integer> numKeyValueHeads;
  private final Hyperparameter<Integer> maxPositionEmbeddings;
  private final Hyperparameter<Double> ropeTheta;
  private final Hyperparameter<Boolean> tieWordEmbeddings;

  private LlamaEntry(String name, String architecture, String summary, Sizes defaults) {
    super(name, architecture, summary, PretrainedNames.of("model.", ".*rotary_emb.inv_freq"));
    this.vocabSize = whole("vocab_size", defaults.vocab, 1 << 24, "rows of the embedding");
    this.hiddenSize = whole("hidden_size", defaults.hidden, 1 << 20, "features of a hidden state");
    this.intermediateSize =
        whole(
            "intermediate_size",
            defaults.intermediate,
            1 << 20,
            "inner features of the feed-forward blocks");
    this.numHiddenLayers = whole("num_hidden_layers", defaults.layers, 1024, "decoder layers");
    this.numAttentionHeads = whole("num_attention_heads", defaults.heads, 1 << 12, "query heads");
    this.numKeyValueHeads =
        whole("num_key_value_heads", defaults.kvHeads, 1 << 12, "key and value heads");
    this.maxPositionEmbeddings =
        whole("max_position_embeddings", defaults.positions, 1 << 24, "maximum sequence length");
    this.ropeTheta =
        Hyperparameter.real(
            "rope_theta", defaults.theta, 1, 1e12, "base of the rotary frequencies");
    this.tieWordEmbeddings =
        Hyperparameter.flag(
            "tie_word_embeddings", true, "whether the embedding is also the output layer");
  }

  /** Default values of the settings. */
  private record Sizes(
      int vocab,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int kvHeads,
      int positions,
      double theta) {}

  /** Llama; the default sizes are those of SmolLM2-135M. */
  static LlamaEntry llama() {
    return new LlamaEntry(
        LlamaConfig.LLAMA,
        "LlamaForCausalLM",
        "Llama 1 to 3 and models of the same architecture",
        new Sizes(49152, 576, 1536, 30, 9, 3, 8192, 100_000));
  }

  /** Qwen2; the default sizes are those of Qwen2.5-0.5B. */
  static LlamaEntry qwen2() {
    return new LlamaEntry(
        LlamaConfig.QWEN2,
        "Qwen2ForCausalLM",
        "Qwen2 and Qwen2.5",
        new Sizes(151_936, 896, 4864, 24, 14, 2, 32768, 1_000_000));
  }

  private static Hyperparameter<Integer> whole(
      String name, int byDefault, int most, String summary) {
    return Hyperparameter.whole(name, byDefault, 1, most, summary);
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(
        vocabSize,
        hiddenSize,
        intermediateSize,
        numHiddenLayers,
        numAttentionHeads,
        numKeyValueHeads,
        maxPositionEmbeddings,
        ropeTheta,
        tieWordEmbeddings);
  }

  @Override
  public LlamaModel build(Settings settings, Initializer initializer) {
    LlamaConfig config =
        LlamaConfig.builder()
            .modelType(name())
            .vocabSize(settings.get(vocabSize))
            .hiddenSize(settings.get(hiddenSize))
            .intermediateSize(settings.get(intermediateSize))
            .numHiddenLayers(settings.get(numHiddenLayers))
            .numAttentionHeads(settings.get(numAttentionHeads))
            .numKeyValueHeads(settings.get(numKeyValueHeads))
            .maxPositionEmbeddings(settings.get(maxPositionEmbeddings))
            .ropeTheta(settings.get(ropeTheta))
            .tieWordEmbeddings(settings.get(tieWordEmbeddings))
            .build();
    return LlamaModel.inCurrentScope(config, initializer);
  }

  @Override
  public LlamaModel undefined(
      ConfigJson config, PretrainedConfig json, Engine engine, DType dtype) {
    return LlamaModel.undefined(LlamaConfigJson.read(config), json, engine, dtype);
  }

  @Override
  public double numParameters(ConfigJson config) {
    return LlamaConfigJson.read(config).numParameters();
  }
}
