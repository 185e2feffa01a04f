package io.troupe.training.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {
  /** For matrices of two rows, the trace of the root of P is sqrt(trace P + 2 sqrt(det P)). */
  @Test
  void distanceOfTwoDimensionalDistributionsIsThatOfTheClosedForm() {
    double[][] first = {{2, 1}, {1, 2}};
    double[][] second = {{1, 0}, {0, 4}};
    double traceOfRoot = Math.sqrt(10 + 2 * Math.sqrt(12)); // of the product, {{2, 4}, {1, 8}}
    double[] mean = {1, -1};
    assertThat(FrechetDistance.of(mean, first, new double[] {4, 3}, second))
        .isCloseTo(9 + 16 + 4 + 5 - 2 * traceOfRoot, within(1e-12));
    assertThat(FrechetDistance.of(mean, first, mean, first)).isCloseTo(0, within(1e-12));
  }

  /** Independent features: the sum over the features of (m1 - m2)^2 + (s1 - s2)^2. */
  @Test
  void distanceOfRotatedIndependentFeaturesIsThatOfTheFeatures() {
    int size = 12;
    double[][] rotation = rotation(size);
    double[][] first = new double[size][size];
    double[][] second = new double[size][size];
    double[] zero = new double[size];
    double expected = 0;
    for (int i = 0; i < size; i++) {
      double deviation = 0.1 + i;
      double other = 5.0 / (1 + i);
      expected += (deviation - other) * (deviation - other);
      for (int j = 0; j < size; j++) {
        for (int k = 0; k < size; k++) {
          first[j][k] += deviation * deviation * rotation[j][i] * rotation[k][i];
          second[j][k] += other * other * rotation[j][i] * rotation[k][i];
        }
      }
    }
    assertThat(FrechetDistance.of(zero, first, zero, second)).isCloseTo(expected, within(1e-9));
  }

  /** An orthogonal matrix: a reflection at a plane. */
  private static double[][] rotation(int size) {
    double[][] matrix = new double[size][size];
    double[] normal = new double[size];
    double square = 0;
    for (int i = 0; i < size; i++) {
      normal[i] = Philox.of(2).uniform(i) - 0.5;
      square += normal[i] * normal[i];
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        matrix[i][j] = (i == j ? 1 : 0) - 2 * normal[i] * normal[j] / square;
      }
    }
    return matrix;
  }

  @Test
  void statisticsAreTheMeanAndTheUnbiasedCovariance() {
    FeatureStatistics statistics = new FeatureStatistics(2);
    statistics.add(new double[] {1, 2, 3, 1});
    statistics.add(new double[] {2, 6});
    assertThat(statistics.mean()).containsExactly(2, 3);
    assertThat(statistics.covariance()).isDeepEqualTo(new double[][] {{1, -0.5}, {-0.5, 7}});
  }

  @Test
  void classesOfGeneratedImagesAreCounted() {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("test")) {
      // two pixels: the features and the logits of an image
      GeneratedImages images =
          new GeneratedImages(
              new GeneratedImages.Judge(
                  x -> x.reshape(x.size(0), 2), x -> x.reshape(x.size(0), 2)));
      assertThat(images.measures()).isEmpty();
      Tensor real = Tensor.of(new float[] {0, 1, 1, 0, 1, 1, 0, 0}, 4, 1, 1, 2);
      images.add(real, real);
      assertThat(images.measures())
          .isEqualTo(
              Map.of(
                  "frechet_distance",
                  images.measures().get("frechet_distance"),
                  "classes_found",
                  2.0,
                  "rarest_class_share",
                  0.25)); // the first of equal logits counts
      assertThat(images.measures().get("frechet_distance")).isCloseTo(0, within(1e-12));
      images.add(real, Tensor.full(DType.FLOAT32, Shape.of(4, 1, 1, 2), 3));
      assertThat(images.measures().get("frechet_distance")).isGreaterThan(1);
    }
  }
}
