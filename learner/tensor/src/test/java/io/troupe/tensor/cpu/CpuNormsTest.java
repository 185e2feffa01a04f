package io.troupe.tensor.cpu;

import static io.troupe.tensor.cpu.CpuElementwiseTest.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuNormsTest {
  private static final double EPS = 1e-5;

  /** The results of a norm and its gradients. */
  private record Results(Tensor y, Tensor dx, Tensor dWeight, Tensor dBias) {}

  private static Results layerNorm(DType type, int rows, int n) {
    Tensor x = Samples.normal(DType.FLOAT32, Shape.of(rows, n), 2, n).to(type).add(1);
    Tensor weight = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 1).to(type);
    Tensor bias = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 2).to(type);
    Tensor dy = Samples.normal(DType.FLOAT32, x.shape(), 1, 3).to(type);
    Tensor mean = Tensor.empty(type, Shape.of(rows));
    Tensor rstd = Tensor.empty(type, Shape.of(rows));
    Results out = new Results(Samples.like(x), Samples.like(x), bias.copy(), weight.copy());
    Backend.of(x).normalization().layerNorm(out.y, mean, rstd, x, weight, bias, EPS);
    Backend.of(x)
        .normalization()
        .layerNormGrad(out.dx, out.dWeight, out.dBias, dy, x, mean, rstd, weight);
    return out;
  }

  private static Results rmsNorm(DType type, int rows, int n) {
    Tensor x = Samples.normal(DType.FLOAT32, Shape.of(rows, n), 2, n).to(type).add(1);
    Tensor weight = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 1).to(type);
    Tensor dy = Samples.normal(DType.FLOAT32, x.shape(), 1, 3).to(type);
    Tensor rstd = Tensor.empty(type, Shape.of(rows));
    Results out = new Results(Samples.like(x), Samples.like(x), weight.copy(), null);
    Backend.of(x).normalization().rmsNorm(out.y, rstd, x, weight, EPS);
    Backend.of(x).normalization().rmsNormGrad(out.dx, out.dWeight, dy, x, rstd, weight, false);
    return out;
  }

  @Test
  void normsAgreeWithDoublePrecisionAtAnyLength() {
    Samples.inScope(
        () -> {
          for (int n : Samples.LENGTHS) {
            if (n > 3) { // the variance of fewer elements may be close to 0
              compare(3, n);
            }
          }
          compare(0, 5);
          compare(700, 130); // several blocks of rows
        });
  }

  private static void compare(int rows, int n) {
    Results actual = layerNorm(DType.FLOAT32, rows, n);
    Results expected = layerNorm(DType.FLOAT64, rows, n);
    String name = rows + " x " + n;
    assertRowSumsClose(actual.y, expected.y, name + " y");
    assertRowSumsClose(actual.dx, expected.dx, name + " dx");
    assertRowSumsClose(actual.dWeight, expected.dWeight, name + " dWeight");
    assertRowSumsClose(actual.dBias, expected.dBias, name + " dBias");
    actual = rmsNorm(DType.FLOAT32, rows, n);
    expected = rmsNorm(DType.FLOAT64, rows, n);
    assertRowSumsClose(actual.y, expected.y, name + " rms y");
    assertRowSumsClose(actual.dx, expected.dx, name + " rms dx");
    assertRowSumsClose(actual.dWeight, expected.dWeight, name + " rms dWeight");
  }

  /**
   * Scales both tensors before the comparison, since sums over hundreds of rows have larger
   * rounding errors.
   */
  private static void assertRowSumsClose(Tensor actual, Tensor expected, String name) {
    assertClose(actual.mul(0.02), expected.mul(0.02), name);
  }

  @Test
  void normOfAConstantRowIsTheBias() {
    Samples.inScope(
        () -> {
          Tensor x = Tensor.full(DType.FLOAT32, Shape.of(1, 21), 7);
          Tensor y = Samples.like(x);
          Tensor weight = Tensor.full(DType.FLOAT32, Shape.of(21), 3);
          Tensor bias = Samples.normal(DType.FLOAT32, Shape.of(21), 1, 1);
          Tensor row = Tensor.zeros(1);
          Backend.of(y).normalization().layerNorm(y, row, Tensor.zeros(1), x, weight, bias, EPS);
          assertThat(row.item()).isEqualTo(7);
          assertThat(y.toFloats()).isEqualTo(bias.toFloats());
          Backend.of(y).normalization().layerNorm(y, row, Tensor.zeros(1), x, weight, null, EPS);
          assertThat(y.toFloats()).containsOnly(0);
        });
  }

  @Test
  void unrequestedGradientsAreSkipped() {
    Samples.inScope(
        () -> {
          Tensor x = Samples.normal(DType.FLOAT32, Shape.of(500, 99), 1, 1);
          Tensor weight = Samples.normal(DType.FLOAT32, Shape.of(99), 1, 2);
          Tensor rows = Tensor.full(DType.FLOAT32, Shape.of(500), 1);
          Tensor both = Tensor.zeros(99);
          Tensor alone = Tensor.zeros(99);
          Tensor dx = Samples.like(x);
          var backend = Backend.of(x);
          backend
              .normalization()
              .layerNormGrad(dx, Tensor.zeros(99), both, x, x, rows, rows, weight);
          backend.normalization().layerNormGrad(null, null, alone, x, x, rows, rows, weight);
          assertThat(alone.toFloats()).isEqualTo(both.toFloats());
          Tensor again = Samples.like(x);
          backend.normalization().layerNormGrad(again, null, null, x, x, rows, rows, weight);
          assertThat(again.toFloats()).isEqualTo(dx.toFloats());
          backend.normalization().rmsNormGrad(null, null, x, x, rows, weight, false);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void threadsDoNotChangeResults(int threads) {
    float[] two = Samples.inScope(2, CpuNormsTest::computeAll);
    assertThat(Samples.inScope(threads, CpuNormsTest::computeAll)).isEqualTo(two);
  }

  private static float[] computeAll() {
    Results results = layerNorm(DType.FLOAT32, 900, 77);
    Tensor x = results.y.add(results.dx).add(results.dWeight).add(results.dBias);
    return x.toFloats();
  }
}
