package io.troupe.deploy;

import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;

/** Writes a random model with a few thousand weights and a context of 16 tokens. */
final class TinyModel {
  static final String ALPHABET = "0123456789+= ";
  static final int CONTEXT = 16;

  private TinyModel() {}

  static Path write(Path folder) throws IOException {
    return write(folder, new CharacterTokenizer(ALPHABET).vocabSize());
  }

  static Path write(Path folder, int vocabSize) throws IOException {
    LlamaConfig config =
        LlamaConfig.builder()
            .vocabSize(vocabSize)
            .hiddenSize(16)
            .intermediateSize(32)
            .numHiddenLayers(1)
            .numAttentionHeads(2)
            .maxPositionEmbeddings(CONTEXT)
            .bosTokenId(OptionalInt.of(1))
            .eosTokenIds(Set.of(2))
            .padTokenId(OptionalInt.of(0))
            .build();
    try (Engine engine = Engine.of(CpuBackend.create(1));
        LlamaModel model = LlamaModel.random(config, engine, 5)) {
      PretrainedModel.save(model, folder);
    }
    new CharacterTokenizer(ALPHABET).save(folder);
    return folder;
  }
}
