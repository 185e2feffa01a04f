package io.troupe.nn.registry;

import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a family of decoders, under the names of {@code config.json}, with the values of
 * a published model as defaults.
 */
final class DecoderSettings {
  private final List<Hyperparameter<?>> settings = new ArrayList<>();

  /** The settings that every family has, in the order of their use. */
  static DecoderSettings of(
      int vocab, int hidden, int intermediate, int layers, int heads, int kvHeads, int headDim) {
    DecoderSettings settings = new DecoderSettings();
    return settings
        .with("vocab_size", vocab, 1 << 24, "rows of the embedding")
        .with("hidden_size", hidden, 1 << 20, "features of a hidden state")
        .with(
            "intermediate_size", intermediate, 1 << 20, "inner features of the feed-forward blocks")
        .with("num_hidden_layers", layers, 1024, "decoder layers")
        .with("num_attention_heads", heads, 1 << 12, "query heads")
        .with("num_key_value_heads", kvHeads, 1 << 12, "key and value heads")
        .with("head_dim", headDim, 1 << 12, "features of a head");
  }

  /** Adds an integer above 0. */
  DecoderSettings with(String name, int byDefault, int most, String summary) {
    settings.add(Hyperparameter.whole(name, byDefault, 1, most, summary));
    return this;
  }

  /** Adds the maximum length of a sequence and the base of the rotary frequencies. */
  DecoderSettings withPositions(int positions, double theta) {
    with("max_position_embeddings", positions, 1 << 24, "maximum sequence length");
    settings.add(
        Hyperparameter.real("rope_theta", theta, 1, 1e12, "base of the rotary frequencies"));
    return this;
  }

  /** Adds a number above 0. */
  DecoderSettings withReal(String name, double byDefault, double most, String summary) {
    settings.add(Hyperparameter.real(name, byDefault, 1e-9, most, summary));
    return this;
  }

  /** Adds true or false. */
  DecoderSettings withFlag(String name, boolean byDefault, String summary) {
    settings.add(Hyperparameter.flag(name, byDefault, summary));
    return this;
  }

  /** Adds whether the embedding is also the output layer. */
  DecoderSettings withTied(boolean byDefault) {
    return withFlag(
        "tie_word_embeddings", byDefault, "whether the embedding is also the output layer");
  }

  /** The settings in their order. */
  List<Hyperparameter<?>> list() {
    return List.copyOf(settings);
  }
}
