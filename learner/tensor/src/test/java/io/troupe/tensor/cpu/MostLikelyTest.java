package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The most likely token has the bits of argmax and of the log-probability, for all threads. */
class MostLikelyTest {
  private static final int[] VOCABS = {1, 7, 64, 4096, 4 * 4096, 5 * 4096 + 13, 32_000};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void equalsArgmaxAndLogProbability(int threads) {
    try (Engine engine = Engine.of(CpuBackend.create(threads));
        Scope _ = engine.open("test")) {
      for (int vocab : VOCABS) {
        for (int rows : new int[] {1, 2, 5}) {
          RandomTensors random = new RandomTensors(vocab);
          // rounded, so that several tokens are equally likely
          Tensor tens = random.uniform(DType.FLOAT32, Shape.of(rows, vocab), -9, 9);
          check(Tensor.of(rounded(tens.toFloats()), rows, vocab));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void tokensThatAreNotNumbersAreReported(int threads) {
    try (Engine engine = Engine.of(CpuBackend.create(threads));
        Scope _ = engine.open("test")) {
      float[] logits = new float[32_000];
      logits[31_990] = Float.NaN;
      logits[20_000] = Float.NaN;
      check(Tensor.of(logits, 1, logits.length));
    }
  }

  /** Each of the most likely tokens has the bits of the log-probability of a sampled token. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void topTokensHaveTheirLogProbabilities(int threads) {
    try (Engine engine = Engine.of(CpuBackend.create(threads));
        Scope _ = engine.open("test")) {
      for (int vocab : VOCABS) {
        RandomTensors random = new RandomTensors(vocab);
        Tensor logits = random.uniform(DType.FLOAT32, Shape.of(3, vocab), -9, 9);
        int k = Math.min(20, vocab);
        Tensor tokenIds = Tensor.empty(DType.INT32, Shape.of(3, k));
        Tensor logProbs = Tensor.empty(DType.FLOAT32, Shape.of(3, k));
        Backend.of(logits).loss().topLogProbs(tokenIds, logProbs, logits, 0.7);
        for (int i = 0; i < k; i++) {
          int[] ofRank = new int[3];
          for (int row = 0; row < 3; row++) {
            ofRank[row] = (int) tokenIds.get((long) row * k + i);
          }
          Tensor expected = Tensor.empty(DType.FLOAT32, Shape.of(3));
          Tensor lse = Tensor.empty(DType.FLOAT32, Shape.of(3));
          Backend.of(logits)
              .loss()
              .tokenLogProbs(expected, lse, null, null, logits, Tensor.of(ofRank), 0.7);
          for (int row = 0; row < 3; row++) {
            assertThat(logProbs.get((long) row * k + i)).isEqualTo(expected.get(row));
          }
        }
      }
    }
  }

  private static float[] rounded(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round(values[i]);
    }
    return values;
  }

  private static void check(Tensor logits) {
    Shape rows = Shape.of(logits.size(0));
    Tensor tokenIds = Tensor.empty(DType.INT32, rows);
    Tensor logProbs = Tensor.empty(DType.FLOAT32, rows);
    Backend backend = Backend.of(logits);
    backend.loss().mostLikely(tokenIds, logProbs, logits);
    assertThat(tokenIds.toInts()).containsExactly(logits.argmax().toInts());
    Tensor expected = Tensor.empty(DType.FLOAT32, rows);
    Tensor lse = Tensor.empty(DType.FLOAT32, rows);
    backend.loss().tokenLogProbs(expected, lse, null, null, logits, tokenIds, 1);
    assertThat(logProbs.toFloats()).containsExactly(expected.toFloats());
  }
}
