package io.troupe.tensor.cpu.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorMathTest {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    88.72283f,
    88.73f,
    -87.3f,
    -95f,
    -104.1f,
    0.625f,
    0.927734375f,
    1e-20f
  };

  private interface ScalarFunction {
    float apply(float x);
  }

  @Test
  void expIsWithinOneAndAHalfUlp() {
    check(VectorMath::exp, VectorMath::exp, Math::exp, -87.3f, 88.7f, 1.5);
  }

  @Test
  void expOfDenormalResultsIsClose() {
    for (float x = -87.4f; x > -103; x -= 0.37f) {
      assertThat((double) VectorMath.exp(x))
          .isCloseTo(Math.exp(x), org.assertj.core.data.Offset.offset(2e-45));
    }
    assertThat(VectorMath.exp(89f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(VectorMath.exp(-105f)).isZero();
    assertThat(VectorMath.exp(Float.NaN)).isNaN();
  }

  @Test
  void logIsWithinOneAndAHalfUlp() {
    check(VectorMath::log, VectorMath::log, Math::log, 1e-6f, 30f, 1.5);
    check(VectorMath::log, VectorMath::log, Math::log, 1e-45f, 1e-37f, 1.5);
    check(VectorMath::log, VectorMath::log, Math::log, 1e10f, 3e38f, 1.5);
  }

  @Test
  void expm1AndLog1pAreWithinFourUlp() {
    check(VectorMath::expm1, VectorMath::expm1, Math::expm1, -20, 0.3f, 4);
    check(VectorMath::expm1, VectorMath::expm1, Math::expm1, -1e-3f, 1e-3f, 4);
    check(VectorMath::log1p, VectorMath::log1p, Math::log1p, 0, 1, 4);
    check(VectorMath::log1p, VectorMath::log1p, Math::log1p, 0, 1e-5f, 4);
  }

  @Test
  void sigmoidAndTanhAreWithinFourUlp() {
    check(VectorMath::sigmoid, VectorMath::sigmoid, x -> 1 / (1 + Math.exp(-x)), -80, 80, 4);
    check(VectorMath::tanh, VectorMath::tanh, Math::tanh, -12, 12, 4);
  }

  @Test
  void erfIsWithinOneAndAHalfUlp() {
    check(VectorMath::erf, VectorMath::erf, ErrorFunction::erf, -5, 5, 1.5);
    check(VectorMath::erf, VectorMath::erf, ErrorFunction::erf, -1e5f, 1e5f, 1.5);
  }

  @Test
  void erfInDoubleHasPublishedValues() {
    // Abramowitz and Stegun, table 7.1
    assertThat(ErrorFunction.erf(0.5)).isCloseTo(0.5204998778130465, within());
    assertThat(ErrorFunction.erf(1.0)).isCloseTo(0.8427007929497149, within());
    assertThat(ErrorFunction.erf(-2.0)).isCloseTo(-0.9953222650189527, within());
    assertThat(ErrorFunction.erf(3.0)).isCloseTo(0.9999779095030014, within());
    assertThat(ErrorFunction.erf(Double.NEGATIVE_INFINITY)).isEqualTo(-1.0);
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-15);
  }

  private static void check(
      UnaryOperator<FloatVector> vector,
      ScalarFunction scalar,
      DoubleUnaryOperator exact,
      float low,
      float high,
      double maxUlp) {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    int lanes = VectorMath.SPECIES.length();
    float[] x = new float[lanes];
    float[] y = new float[lanes];
    for (int trial = 0; trial < 20_000; trial++) {
      boolean special = trial % 100 == 0;
      for (int i = 0; i < lanes; i++) {
        x[i] = special ? SPECIAL[(trial / 100 + i) % SPECIAL.length] : random.nextFloat(low, high);
      }
      vector.apply(FloatVector.fromArray(VectorMath.SPECIES, x, 0)).intoArray(y, 0);
      for (int i = 0; i < lanes; i++) {
        assertThat(Float.floatToIntBits(scalar.apply(x[i])))
            .as("scalar version at %s", x[i])
            .isEqualTo(Float.floatToIntBits(y[i]));
        double expected = exact.applyAsDouble(x[i]);
        if (special) {
          if (Double.isNaN(expected) || Math.abs(expected) > 1e39 || Math.abs(expected) == 1) {
            assertThat(y[i]).as("at %s", x[i]).isEqualTo(Float.valueOf((float) expected));
          }
        } else {
          assertThat(Math.abs(y[i] - expected) / Math.ulp((float) expected))
              .as("units in the last place at %s: %s, exactly %s", x[i], y[i], expected)
              .isLessThanOrEqualTo(maxUlp);
        }
      }
    }
  }
}
