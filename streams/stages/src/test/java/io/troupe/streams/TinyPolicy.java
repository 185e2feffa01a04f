package io.troupe.streams;

import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;
import java.util.Arrays;

/** Small models for tests of the weight transfer. */
public final class TinyPolicy {
  private TinyPolicy() {}

  /** A model with random weights that depend on the seed; about 40 kB in 12 tensors. */
  public static CausalLM random(Engine engine, long seed) {
    LlamaConfig config =
        LlamaConfig.builder()
            .vocabSize(64)
            .hiddenSize(32)
            .intermediateSize(48)
            .numHiddenLayers(1)
            .numAttentionHeads(2)
            .maxPositionEmbeddings(16)
            .build();
    return LlamaModel.random(config, engine, seed);
  }

  /** A hash of all weights. */
  public static int fingerprint(CausalLM model) {
    int hash = 0;
    for (Tensor parameter : model.namedParameters().values()) {
      hash = 31 * hash + Arrays.hashCode(parameter.toFloats());
    }
    return hash;
  }
}
