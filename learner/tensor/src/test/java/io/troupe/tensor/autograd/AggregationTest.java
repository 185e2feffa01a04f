package io.troupe.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomGraphs;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.TestBackend;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients of aggregation over sparse rows against central differences, and rejected shapes. */
class AggregationTest {
  private static final Csr CSR = RandomGraphs.of(5, 4, 11, 4);

  private static void onSeed(TestBackend backend, Consumer<RandomTensors> body) {
    try (Engine engine = backend.open();
        Scope _ = engine.open("aggregation")) {
      body.accept(new RandomTensors(20));
    }
  }

  @ParameterizedTest
  @EnumSource
  void sumGradientsMatchDifferences(TestBackend backend) {
    onSeed(
        backend,
        random -> {
          GradientCheck.check(in -> Aggregation.sum(CSR, in.get(0)), random.doubles(4, 3));
          GradientCheck.check(
              in -> Aggregation.sum(CSR, in.get(0), in.get(1)),
              random.doubles(4, 3),
              random.doubles(11));
          GradientCheck.check(
              in -> Aggregation.sum(CSR, in.get(0), in.get(1)),
              random.doubles(4, 6),
              random.doubles(11, 2));
        });
  }

  @ParameterizedTest
  @EnumSource
  void meanAndMaxGradientsMatchDifferences(TestBackend backend) {
    onSeed(
        backend,
        random -> {
          GradientCheck.check(in -> Aggregation.mean(CSR, in.get(0)), random.doubles(4, 3));
          GradientCheck.check(in -> Aggregation.max(CSR, in.get(0)), random.doubles(4, 3));
        });
  }

  @ParameterizedTest
  @EnumSource
  void edgeGradientsMatchDifferences(TestBackend backend) {
    onSeed(
        backend,
        random -> {
          GradientCheck.check(
              in -> Aggregation.edgeScores(CSR, in.get(0), in.get(1), 0.2),
              random.doubles(5, 2),
              random.doubles(4, 2));
          GradientCheck.check(in -> Aggregation.edgeSoftmax(CSR, in.get(0)), random.doubles(11, 2));
          GradientCheck.check(
              in -> Aggregation.edgeProducts(CSR, in.get(0), in.get(1), 2),
              random.doubles(5, 6),
              random.doubles(4, 6));
        });
  }

  @ParameterizedTest
  @EnumSource
  void aRowWithoutEntriesIsZero(TestBackend backend) {
    onSeed(
        backend,
        random -> {
          Csr csr = Csr.of(2, 1, new int[] {1, 1}, new int[] {0, 0});
          Tensor x = Tensor.of(new float[] {-3}, 1, 1);
          assertThat(Aggregation.sum(csr, x).toFloats()).containsExactly(0, -6);
          assertThat(Aggregation.mean(csr, x).toFloats()).containsExactly(0, -3);
          assertThat(Aggregation.max(csr, x).toFloats()).containsExactly(0, -3);
        });
  }

  @Test
  void tiedEntriesShareTheGradient() {
    onSeed(
        TestBackend.CPU,
        random -> {
          Csr csr = Csr.of(1, 3, new int[3], new int[] {0, 1, 2});
          Tensor x = Tensor.of(new float[] {2, 1, 2}, 3, 1).requiresGrad(true);
          Aggregation.max(csr, x).sum().backward();
          assertThat(x.grad().toFloats()).containsExactly(0.5f, 0, 0.5f);
        });
  }

  @Test
  void softmaxOfEachRowSumsToOne() {
    onSeed(
        TestBackend.CPU,
        random -> {
          Csr csr = RandomGraphs.of(40, 40, 400, 5);
          Tensor large = random.doubles(400, 3).mul(500);
          double[] shares = Aggregation.edgeSoftmax(csr, large).toDoubles();
          double[] sums = new double[40 * 3];
          for (int r = 0; r < 40; r++) {
            for (int e = csr.offsets()[r]; e < csr.offsets()[r + 1]; e++) {
              for (int h = 0; h < 3; h++) {
                sums[3 * r + h] += shares[3 * csr.positions()[e] + h];
              }
            }
          }
          assertThat(Arrays.stream(sums)).allMatch(sum -> Math.abs(sum - 1) < 1e-12);
        });
  }

  @Test
  void rejectsInvalidShapes() {
    onSeed(
        TestBackend.CPU,
        random -> {
          assertThatThrownBy(() -> Aggregation.sum(CSR, random.doubles(5, 3)))
              .isInstanceOf(ShapeException.class)
              .hasMessageContaining("FLOAT64 (5, 3) over 5 x 4 with 11 entries");
          assertThatThrownBy(() -> Aggregation.sum(CSR, random.doubles(4, 3), random.doubles(10)))
              .isInstanceOf(ShapeException.class)
              .hasMessageContaining("(10, 1) does not fit the entries");
          assertThatThrownBy(
                  () -> Aggregation.sum(CSR, random.doubles(4, 3), random.doubles(11, 2)))
              .isInstanceOf(ShapeException.class)
              .hasMessage("features must be a multiple of the 2 heads, got 3");
          assertThatThrownBy(
                  () ->
                      Aggregation.edgeScores(CSR, random.doubles(4, 2), random.doubles(4, 2), 0.2))
              .isInstanceOf(ShapeException.class)
              .hasMessageContaining("must be (rows, heads) and (columns, heads)");
        });
  }
}
