package io.troupe.tensor.cpu;

import static io.troupe.tensor.cpu.CpuElementwiseTest.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuLossesTest {
  /** The results computed from logits, and the gradient. */
  private record Results(Tensor logProbs, Tensor lse, Tensor entropy, Tensor mean, Tensor grad) {}

  private static Results run(Tensor logits, int[] ids, double temperature) {
    DType type = logits.dtype();
    Shape rows = Shape.of(ids.length);
    Results out =
        new Results(
            Tensor.empty(type, rows),
            Tensor.empty(type, rows),
            Tensor.empty(type, rows),
            Tensor.empty(type, rows),
            logits.copy());
    Tensor targets = Tensor.of(ids);
    var backend = Backend.of(logits);
    backend
        .loss()
        .tokenLogProbs(out.logProbs, out.lse, out.entropy, out.mean, logits, targets, temperature);
    Tensor d = Samples.normal(DType.FLOAT32, rows, 1, 3).to(type);
    Tensor dMean = Samples.normal(DType.FLOAT32, rows, 1, 4).to(type);
    // in place: the gradient overwrites the logits
    backend.loss().tokenLogProbsGrad(out.grad, d, dMean, out.grad, out.lse, targets, temperature);
    return out;
  }

  @Test
  void agreesWithDoublePrecisionAtAnyVocabulary() {
    Samples.inScope(
        () -> {
          for (int vocab : new int[] {1, 2, 15, 16, 17, 31, 127, 4096, 4097, 9001}) {
            Tensor logits = Samples.normal(DType.FLOAT32, Shape.of(4, vocab), 6, vocab);
            int[] targets = {0, vocab - 1, -1, vocab / 2};
            Results actual = run(logits, targets, 0.7);
            Results expected = run(logits.to(DType.FLOAT64), targets, 0.7);
            assertClose(actual.logProbs, expected.logProbs, "log-probability");
            assertClose(actual.lse, expected.lse, "lse");
            assertClose(actual.entropy, expected.entropy, "entropy");
            assertClose(actual.mean, expected.mean, "mean");
            assertClose(actual.grad, expected.grad, "gradient");
          }
        });
  }

  @Test
  void logProbabilitiesDoNotDependOnTheEntropyBitForBit() {
    Samples.inScope(
        () -> {
          for (int vocab : new int[] {1, 15, 17, 61, 127, 4097, 9001}) {
            Tensor logits = Samples.normal(DType.FLOAT32, Shape.of(8, vocab), 3, vocab);
            int[] targets = new int[8];
            Results with = run(logits, targets, 1.1);
            Tensor logProbs = Tensor.empty(DType.FLOAT32, Shape.of(8));
            Tensor lse = Tensor.empty(DType.FLOAT32, Shape.of(8));
            Backend.of(logits)
                .loss()
                .tokenLogProbs(logProbs, lse, null, null, logits, Tensor.of(targets), 1.1);
            assertThat(logProbs.toFloats()).isEqualTo(with.logProbs.toFloats());
            assertThat(lse.toFloats()).isEqualTo(with.lse.toFloats());
          }
        });
  }

  @Test
  void logProbabilityIsTheLogSoftmaxOfTheTarget() {
    Samples.inScope(
        () -> {
          Tensor logits = Samples.normal(DType.FLOAT64, Shape.of(3, 11), 4, 1);
          Results actual = run(logits, new int[] {2, 10, 0}, 1);
          Tensor logs = logits.logSoftmax();
          Tensor probs = logits.softmax();
          for (int r = 0; r < 3; r++) {
            int target = new int[] {2, 10, 0}[r];
            assertThat(actual.logProbs.get(r)).isCloseTo(logs.get(11 * r + target), close());
            double entropy = -probs.slice(r).mul(logs.slice(r)).sum().item();
            assertThat(actual.entropy.get(r)).isCloseTo(entropy, close());
            assertThat(actual.mean.get(r)).isCloseTo(logs.slice(r).mean().item(), close());
          }
        });
  }

  private static Offset<Double> close() {
    return Offset.offset(1e-12);
  }

  @Test
  void resultsOfRowsWithoutATargetAreZero() {
    Samples.inScope(
        () -> {
          for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            Tensor logits = Tensor.full(type, Shape.of(1, 19), Double.NaN);
            Results actual = run(logits, new int[] {-100}, 1);
            assertThat(actual.logProbs.item()).isZero();
            assertThat(actual.entropy.item()).isZero();
            assertThat(actual.grad.toDoubles()).containsOnly(0);
          }
        });
  }

  @Test
  void maskedAndLargeLogitsStayFinite() {
    Samples.inScope(
        () -> {
          float[] row = new float[40];
          java.util.Arrays.fill(row, Float.NEGATIVE_INFINITY);
          row[5] = 30_000;
          row[33] = 30_000;
          for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            Results actual = run(Tensor.of(row, 1, 40).to(type), new int[] {33}, 0.5);
            assertThat(actual.logProbs.item()).isCloseTo(-Math.log(2), Offset.offset(1e-7));
            assertThat(actual.entropy.item()).isCloseTo(Math.log(2), Offset.offset(1e-7));
            assertThat(actual.mean.item()).isEqualTo(Double.NEGATIVE_INFINITY);
          }
        });
  }

  @Test
  void aRowDoesNotDependOnTheOthers() {
    Samples.inScope(
        () -> {
          Tensor logits = Samples.normal(DType.FLOAT32, Shape.of(9, 5003), 2, 6);
          Results all = run(logits, new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1);
          Results one = run(logits.rows(7, 8), new int[] {8}, 1);
          assertThat(one.logProbs.item()).isEqualTo(all.logProbs.get(7));
          assertThat(one.entropy.item()).isEqualTo(all.entropy.get(7));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void threadsDoNotChangeResults(int threads) {
    float[] two = Samples.inScope(2, CpuLossesTest::computeAll);
    assertThat(Samples.inScope(threads, CpuLossesTest::computeAll)).isEqualTo(two);
  }

  private static float[] computeAll() {
    Tensor logits = Samples.normal(DType.FLOAT32, Shape.of(60, 3001), 2, 6);
    int[] targets = new int[60];
    java.util.Arrays.setAll(targets, i -> 7 * i - 2);
    Results results = run(logits, targets, 1.5);
    return results.grad.add(results.entropy.add(results.logProbs).reshape(60, 1)).toFloats();
  }
}
