package io.troupe.nn.gemma;

import io.troupe.nn.decoder.DecoderArchitecture;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Norm;
import io.troupe.nn.layers.OffsetRMSNorm;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import java.util.OptionalDouble;

/** The parts that all generations of Gemma share. */
sealed interface GemmaArchitecture extends DecoderArchitecture
    permits GemmaConfig, Gemma2Config, Gemma3Config {

  /** A norm whose scale is 1 + weight. */
  @Override
  default Norm norm(int features, Initializer initializer) {
    return new OffsetRMSNorm(features, config().rmsNormEps(), initializer);
  }

  /** Multiplies the embeddings by the root of the hidden size. */
  @Override
  default Tensor embedded(Tensor embeddings) {
    return embeddings.mul(Math.sqrt(config().lm().hiddenSize()));
  }

  /** Bounds the logits: {@code cap * tanh(logits / cap)}. */
  static Tensor capped(Tensor logits, OptionalDouble cap) {
    return cap.isEmpty()
        ? logits
        : logits.div(cap.getAsDouble()).apply(UnaryOp.TANH).mul(cap.getAsDouble());
  }

  /** Rejects attention to later tokens. */
  static void requireCausal(ConfigJson json) {
    if (json.flag("use_bidirectional_attention", false)) {
      throw new IllegalArgumentException(
          "use_bidirectional_attention must be false for a language model, got true");
    }
  }

  /**
   * A soft cap; empty when it is null.
   *
   * @param absent the cap where the key is absent
   */
  static OptionalDouble softCap(ConfigJson json, String key, OptionalDouble absent) {
    if (!json.node().has(key)) {
      return absent;
    }
    return json.has(key) ? OptionalDouble.of(json.number(key, 0)) : OptionalDouble.empty();
  }
}
