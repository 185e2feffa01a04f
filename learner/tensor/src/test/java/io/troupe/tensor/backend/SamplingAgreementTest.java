package io.troupe.tensor.backend;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Both backends select the same tokens. */
class SamplingAgreementTest {
  private static final int[] VOCABS = {1, 2, 7, 16, 33, 256, 257, 700};
  private static final int ROWS = 40;

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  private record Rows(int[] history, Philox generator) implements SamplingRows {
    @Override
    public int[] tokenIds(int row) {
      return history;
    }

    @Override
    public int numTokens(int row) {
      return history.length - row % 3;
    }

    @Override
    public int numPromptTokens(int row) {
      return row % 5;
    }

    @Override
    public double uniform(int row) {
      return generator.uniform(row);
    }
  }

  private static Rows rows(int vocab) {
    return new Rows(IntStream.of(5, 0, 6, 5, 40, 2).toArray(), Philox.of(vocab));
  }

  @Test
  void repetitionPenalty() {
    for (int vocab : VOCABS) {
      AGREEMENT.check(
          "penalizeRepetition " + vocab,
          4,
          (backend, random) -> {
            Tensor scores = random.uniform(DType.FLOAT32, Shape.of(ROWS, vocab), -5, 5);
            backend.sampling().penalizeRepetition(scores, rows(vocab), 0, 1.3);
            return List.of(scores);
          });
    }
  }

  @Test
  void occurrencePenalties() {
    for (int vocab : VOCABS) {
      AGREEMENT.check(
          "penalizeOccurrences " + vocab,
          4,
          (backend, random) -> {
            Tensor scores = random.uniform(DType.FLOAT32, Shape.of(ROWS, vocab), -5, 5);
            backend.sampling().penalizeOccurrences(scores, rows(vocab), 0, 0.3, -1.1);
            return List.of(scores);
          });
    }
  }

  @Test
  void biasesAndMasks() {
    for (int vocab : VOCABS) {
      AGREEMENT.check(
          "biases and masks " + vocab,
          0,
          (backend, random) -> {
            Tensor scores = random.uniform(DType.FLOAT32, Shape.of(5, vocab), -5, 5);
            backend.sampling().addBiases(scores, Map.of(vocab - 1, 0.75));
            backend.sampling().forbid(scores, 3, Set.of(vocab / 2, vocab + 7));
            backend.sampling().allowOnly(scores, 1, new long[] {0x8000_0000_0000_0101L, 5});
            backend.sampling().allowOnly(scores, 2, new long[20]);
            return List.of(scores);
          });
    }
  }

  @Test
  void topLogProbs() {
    for (int vocab : VOCABS) {
      AGREEMENT.check(
          "topLogProbs " + vocab,
          4,
          (backend, random) -> {
            Tensor logits = Tensor.empty(DType.FLOAT32, Shape.of(3, vocab));
            logits.copyFrom(random.ints(logits.shape(), -9, 9)); // many ties
            int k = Math.min(20, vocab);
            Tensor tokenIds = Tensor.empty(DType.INT32, Shape.of(3, k));
            Tensor logProbs = Tensor.empty(DType.FLOAT32, Shape.of(3, k));
            backend.loss().topLogProbs(tokenIds, logProbs, logits, 0.7);
            return List.of(tokenIds, logProbs);
          });
    }
  }

  @Test
  void drawsFromProbabilities() {
    for (int vocab : VOCABS) {
      for (TokenFilter filter :
          List.of(new TokenFilter(1, 0), new TokenFilter(0.7, 0), new TokenFilter(0.9, 0.2))) {
        AGREEMENT.check(
            "draw " + vocab + " " + filter,
            0,
            (backend, random) -> {
              Tensor scores = random.uniform(DType.FLOAT64, Shape.of(ROWS, vocab), -5, 5);
              Tensor probabilities = scores.softmax().to(DType.FLOAT32);
              int[] ids = new int[ROWS + 2];
              backend.sampling().draw(ids, probabilities, rows(vocab), 2, filter);
              return List.of(Tensor.of(ids));
            });
      }
    }
  }

  @Test
  void drawsFromTopK() {
    for (int vocab : VOCABS) {
      for (int topK : new int[] {1, 2, 50, vocab}) {
        TokenFilter filter = new TokenFilter(topK == 2 ? 1 : 0.8, topK == 50 ? 0.05 : 0);
        AGREEMENT.check(
            "drawFromTopK " + vocab + " " + topK,
            0,
            (backend, random) -> {
              Tensor scores = random.uniform(DType.FLOAT32, Shape.of(ROWS, vocab), -5, 5);
              int[] ids = new int[ROWS];
              backend
                  .sampling()
                  .drawFromTopK(ids, scores, rows(vocab), 0, 0.7, Math.min(topK, vocab), filter);
              return List.of(Tensor.of(ids));
            });
      }
    }
  }

  @Test
  void topTokensOverRows() {
    for (int vocab : VOCABS) {
      AGREEMENT.check(
          "top " + vocab,
          0,
          (backend, random) -> {
            Tensor scores = Tensor.empty(DType.FLOAT32, Shape.of(3, vocab));
            scores.copyFrom(random.ints(scores.shape(), -9, 9)); // many ties
            TopTokens top = backend.sampling().top(scores, new float[] {0.5f, -1, 0.5f}, 20);
            return List.of(
                Tensor.of(top.rows()), Tensor.of(top.tokenIds()), Tensor.of(top.scores()));
          });
    }
  }
}
