package io.troupe.nn.registry;

import io.troupe.nn.gpt2.Gpt2Config;
import io.troupe.nn.gpt2.Gpt2ConfigJson;
import io.troupe.nn.gpt2.Gpt2Model;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import java.util.List;

/** GPT-2; the default sizes are those of its smallest model. Settings are keys of config.json. */
final class Gpt2Entry extends LanguageModelEntry<Gpt2Model> {
  private static final Hyperparameter<Integer> VOCAB_SIZE =
      Hyperparameter.whole("vocab_size", 50257, 1, 1 << 24, "rows of the embedding");
  private static final Hyperparameter<Integer> N_POSITIONS =
      Hyperparameter.whole("n_positions", 1024, 1, 1 << 24, "maximum sequence length");
  private static final Hyperparameter<Integer> N_EMBD =
      Hyperparameter.whole("n_embd", 768, 1, 1 << 20, "features of a hidden state");
  private static final Hyperparameter<Integer> N_LAYER =
      Hyperparameter.whole("n_layer", 12, 1, 1024, "decoder layers");
  private static final Hyperparameter<Integer> N_HEAD =
      Hyperparameter.whole("n_head", 12, 1, 1 << 12, "attention heads");

  Gpt2Entry() {
    super(
        Gpt2Config.GPT2,
        "GPT2LMHeadModel",
        "GPT-2",
        PretrainedNames.of("transformer.", ".*attn\\.(bias|masked_bias)")
            .withTransposed(".*\\.(attn\\.c_attn|attn\\.c_proj|mlp\\.c_fc|mlp\\.c_proj)\\.weight"));
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(VOCAB_SIZE, N_POSITIONS, N_EMBD, N_LAYER, N_HEAD);
  }

  @Override
  public Gpt2Model build(Settings settings, Initializer initializer) {
    int vocabSize = settings.get(VOCAB_SIZE);
    Gpt2Config config =
        Gpt2Config.of(
            vocabSize,
            settings.get(N_POSITIONS),
            settings.get(N_EMBD),
            settings.get(N_LAYER),
            settings.get(N_HEAD),
            vocabSize - 1); // <|endoftext|> is GPT-2's last token
    return Gpt2Model.inCurrentScope(config, initializer);
  }

  @Override
  public Gpt2Model undefined(ConfigJson config, PretrainedConfig json, Engine engine, DType dtype) {
    return Gpt2Model.undefined(Gpt2ConfigJson.read(config), json, engine, dtype);
  }

  @Override
  public double numParameters(ConfigJson config) {
    return Gpt2ConfigJson.read(config).numParameters();
  }
}
