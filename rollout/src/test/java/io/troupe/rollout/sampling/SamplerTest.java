package io.troupe.rollout.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.SamplingRows;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final int VOCAB = 300; // more than a block of the dense draw

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  /** Rows that draw by numbers of one stream and have no tokens yet. */
  private record OneStream(Philox generator, long first) implements SamplingRows {
    @Override
    public int[] tokenIds(int row) {
      return new int[0];
    }

    @Override
    public int numTokens(int row) {
      return 0;
    }

    @Override
    public int numPromptTokens(int row) {
      return 0;
    }

    @Override
    public double uniform(int row) {
      return generator.uniform(first + row);
    }
  }

  private static float[] logits() {
    Philox generator = Philox.of(4);
    float[] logits = new float[VOCAB];
    for (int i = 0; i < VOCAB; i++) {
      logits[i] = (float) (4 * generator.uniform(i) - 2);
    }
    return logits;
  }

  private static MultinomialSampler sampler(int topK, double topP, double minP) {
    return new MultinomialSampler(1, topK, topP, minP, ScoreProcessing.NONE);
  }

  static Stream<MultinomialSampler> samplers() {
    return Stream.of(sampler(0, 1, 0), sampler(VOCAB - 1, 1, 0), sampler(0, 0.99999, 0));
  }

  /** The seed is fixed: the statistic is one number, far below that of a wrong distribution. */
  @ParameterizedTest
  @MethodSource("samplers")
  void frequenciesFollowTheDistribution(MultinomialSampler sampler) {
    int rows = 500;
    int rounds = 100;
    float[] row = logits();
    float[] repeated = new float[rows * VOCAB];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(row, 0, repeated, i * VOCAB, VOCAB);
    }
    int[] counts = new int[VOCAB];
    try (Scope _ = ENGINE.open("logits")) {
      Tensor logits = Tensor.of(repeated, rows, VOCAB);
      int[] drawn = new int[rows];
      for (int round = 0; round < rounds; round++) {
        try (Scope _ = ENGINE.open("draws")) {
          OneStream stream = new OneStream(Philox.of(99), (long) rows * round);
          sampler.sample(logits, stream, 0, drawn);
        }
        for (int id : drawn) {
          counts[id]++;
        }
      }
    }
    double total = 0;
    for (float logit : row) {
      total += Math.exp(logit);
    }
    double chiSquare = 0;
    for (int id = 0; id < VOCAB; id++) {
      double expected = rows * rounds * Math.exp(row[id]) / total;
      chiSquare += (counts[id] - expected) * (counts[id] - expected) / expected;
    }
    // 299 degrees of freedom: mean 299, standard deviation 24.5; this is the mean and four of them.
    assertThat(chiSquare).isLessThan(397).isGreaterThan(201);
  }

  @Test
  void greedyTakesTheFirstOfEqualTokens() {
    try (Scope _ = ENGINE.open("logits")) {
      int[] chosen = new int[2];
      new GreedySampler(ScoreProcessing.NONE)
          .sample(
              Tensor.of(new float[] {1, 3, 3, 0, 5, 2, 5, 5}, 2, 4),
              new OneStream(Philox.of(0), 0),
              0,
              chosen);
      assertThat(chosen).containsExactly(1, 0);
    }
  }

  @Test
  void samplingStartsAtTheFirstRow() {
    try (Scope _ = ENGINE.open("logits")) {
      int[] chosen = {-1, -1, -1};
      new GreedySampler(ScoreProcessing.NONE)
          .sample(
              Tensor.of(new float[] {0, 1, 1, 0}, 2, 2), new OneStream(Philox.of(0), 0), 1, chosen);
      assertThat(chosen).containsExactly(-1, 1, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void refusesLogitsThatAreNotNumbers(MultinomialSampler sampler) {
    float[] row = new float[VOCAB];
    Arrays.fill(row, Float.NaN);
    try (Scope _ = ENGINE.open("logits")) {
      Tensor logits = Tensor.of(row, 1, VOCAB);
      assertThatThrownBy(
              () -> sampler.sample(logits, new OneStream(Philox.of(0), 0), 0, new int[1]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("logits must be finite");
    }
  }
}
