package io.troupe.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.llama.LlamaConfig;
import io.troupe.rollout.tokenizer.Tokenizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BenchShapeTest {
  @ParameterizedTest
  @EnumSource(BenchShape.class)
  void multiplyAddsPerTokenAreTheWeights(BenchShape shape) {
    LlamaConfig config = shape.config();
    assertThat((double) shape.multiplyAddsPerToken()).isEqualTo(config.numParameters());
  }

  @ParameterizedTest
  @EnumSource(BenchShape.class)
  void tokenizerCoversTheVocabulary(BenchShape shape) throws Exception {
    try (Tokenizer tokenizer = shape.tokenizer()) {
      assertThat(tokenizer.vocabSize()).isEqualTo(shape.config().lm().vocabSize());
    }
  }

  @ParameterizedTest
  @EnumSource(BenchShape.class)
  void cacheHasTheKeysAndValuesOfEveryKeyHead(BenchShape shape) {
    var lm = shape.config().lm();
    long elements = 2L * lm.numHiddenLayers() * lm.numKeyValueHeads() * lm.headDim();
    assertThat(shape.cacheBytes(3)).isEqualTo(3 * 4 * elements);
  }
}
