package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.random.Philox;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuRandomTest {
  private static final Philox GENERATOR = Philox.of(20_260_711);
  private static final int COUNT = 200_000;

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void uniformHasTheMomentsOfTheUnitInterval(DType type) {
    Samples.inScope(
        () -> {
          Tensor u = Tensor.empty(type, Shape.of(COUNT));
          Backend.of(u).random().uniform(u, GENERATOR);
          double[] values = u.toDoubles();
          assertThat(java.util.Arrays.stream(values).allMatch(x -> x >= 0 && x < 1)).isTrue();
          // five standard errors
          assertThat(moment(values, 0, 1)).isCloseTo(0.5, Offset.offset(5 * 0.289 / 447));
          assertThat(moment(values, 0.5, 2)).isCloseTo(1.0 / 12, Offset.offset(5 * 0.075 / 447));
          assertThat(autocovariance(values, 0.5)).isCloseTo(0, Offset.offset(5 * 0.0834 / 447));
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void normalHasTheMomentsOfTheNormalDistribution(DType type) {
    Samples.inScope(
        () -> {
          Tensor z = Tensor.empty(type, Shape.of(COUNT));
          Backend.of(z).random().normal(z, GENERATOR);
          double[] values = z.toDoubles();
          assertThat(moment(values, 0, 1)).isCloseTo(0, Offset.offset(5 / 447.0));
          assertThat(moment(values, 0, 2)).isCloseTo(1, Offset.offset(5 * 1.42 / 447));
          assertThat(moment(values, 0, 3)).isCloseTo(0, Offset.offset(5 * 3.9 / 447));
          assertThat(moment(values, 0, 4)).isCloseTo(3, Offset.offset(5 * 9.8 / 447));
          assertThat(autocovariance(values, 0)).isCloseTo(0, Offset.offset(5 / 447.0));
        });
  }

  private static double moment(double[] values, double center, int power) {
    double sum = 0;
    for (double value : values) {
      sum += Math.pow(value - center, power);
    }
    return sum / values.length;
  }

  private static double autocovariance(double[] values, double center) {
    double sum = 0;
    for (int i = 1; i < values.length; i++) {
      sum += (values[i] - center) * (values[i - 1] - center);
    }
    return sum / values.length;
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void anElementDependsOnlyOnItsIndex(DType type) {
    Samples.inScope(
        () -> {
          Tensor large = Tensor.empty(type, Shape.of(Samples.BEYOND_A_PART));
          for (int n : Samples.LENGTHS) {
            Tensor small = Tensor.empty(type, Shape.of(n));
            Backend.of(large).random().normal(large, GENERATOR);
            Backend.of(small).random().normal(small, GENERATOR);
            assertThat(small.toDoubles()).isEqualTo(large.rows(0, n).toDoubles());
            Backend.of(large).random().uniform(large, GENERATOR);
            Backend.of(small).random().uniform(small, GENERATOR);
            assertThat(small.toDoubles()).isEqualTo(large.rows(0, n).toDoubles());
          }
        });
  }

  @Test
  void dropoutScalesKeptElementsAndIsReproducible() {
    Samples.inScope(
        () -> {
          Tensor ones = Tensor.full(DType.FLOAT32, Shape.of(COUNT), 1);
          Tensor out = Samples.like(ones);
          Backend.of(out).random().dropout(out, ones, 0.25, GENERATOR);
          assertThat(out.toFloats()).containsOnly(0f, (float) (1 / 0.75));
          // five standard errors of the fraction of kept elements
          assertThat(out.mean().item()).isCloseTo(1, Offset.offset(5 * 0.58 / 447));
          Tensor gradient = ones.to(DType.FLOAT64);
          Backend.of(gradient).random().dropout(gradient, gradient, 0.25, GENERATOR);
          assertThat(gradient.to(DType.FLOAT32).toFloats()).isEqualTo(out.toFloats());
          Backend.of(out).random().dropout(out, ones, 0, GENERATOR);
          assertThat(out.toFloats()).containsOnly(1f);
          Backend.of(out).random().dropout(out, ones, 1, GENERATOR);
          assertThat(out.toFloats()).containsOnly(0f);
        });
  }

  @Test
  void dropoutUsesTheRandomWordOfEachIndex() {
    for (double p : new double[] {0, 0.1, 0.5, 0.6, 1}) {
      for (int n : new int[] {0, 1, 3, 4, 31, 32, 33, 67, 1031, Samples.BEYOND_A_PART}) {
        Samples.inScope(
            () -> {
              Tensor x = Samples.normal(DType.FLOAT32, Shape.of(n), 1, n);
              float[] before = x.toFloats();
              Backend.of(x).random().dropout(x, x, p, GENERATOR);
              float[] after = x.toFloats();
              float scale = (float) (1 / (1 - p));
              for (int i = 0; i < n; i++) {
                boolean kept = (GENERATOR.word(i) >>> 8) * 0x1p-24 >= p;
                assertThat(after[i]).as("%d of %d", i, n).isEqualTo(kept ? before[i] * scale : 0f);
              }
            });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void threadsDoNotChangeResults(int threads) {
    float[] two = Samples.inScope(2, CpuRandomTest::computeAll);
    assertThat(Samples.inScope(threads, CpuRandomTest::computeAll)).isEqualTo(two);
  }

  private static float[] computeAll() {
    Tensor x = Tensor.empty(DType.FLOAT32, Shape.of(Samples.BEYOND_A_PART));
    Backend.of(x).random().normal(x, GENERATOR);
    Backend.of(x).random().dropout(x, x, 0.5, GENERATOR.derive(1));
    return x.toFloats();
  }
}
