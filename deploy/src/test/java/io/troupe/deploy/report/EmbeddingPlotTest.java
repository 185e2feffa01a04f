package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EmbeddingPlotTest {

  @Test
  void principalComponentsAreTheAxesOfMostVariance() {
    Random random = new Random(1);
    double[][] rows = new double[200][];
    double[][] along = new double[200][];
    for (int i = 0; i < rows.length; i++) {
      double a = 5 * random.nextGaussian();
      double b = 2 * random.nextGaussian();
      double c = 0.1 * random.nextGaussian();
      along[i] = new double[] {a, b};
      rows[i] = new double[] {7 + 0.6 * a - 0.8 * b, c - 3, 0.8 * a + 0.6 * b};
    }
    double[][] placed = PrincipalComponents.project(rows);
    double[] means = new double[2];
    for (double[] each : along) {
      means[0] += each[0] / along.length;
      means[1] += each[1] / along.length;
    }
    double deviation = 0; // of the estimated axes from the true axes
    for (int i = 0; i < rows.length; i++) {
      deviation += Math.abs(Math.abs(placed[i][0]) - Math.abs(along[i][0] - means[0]));
    }
    assertThat(deviation / rows.length).isLessThan(0.3);
    double product = 0;
    double first = 0;
    double second = 0;
    for (double[] point : placed) {
      product += point[0] * point[1];
      first += point[0] * point[0];
      second += point[1] * point[1];
    }
    assertThat(product / first).isCloseTo(0, within(1e-6));
    assertThat(first).isGreaterThan(second);
  }

  @Test
  void pointsWithoutVarianceOrWithOneFeatureAreDrawn() {
    assertThat(PrincipalComponents.project(new double[][] {{1, 2}, {1, 2}}))
        .isEqualTo(new double[][] {{0, 0}, {0, 0}});
    double[][] line = PrincipalComponents.project(new double[][] {{1}, {3}});
    assertThat(line[0][0]).isCloseTo(-1, within(1e-12));
    assertThat(line[1][0]).isCloseTo(1, within(1e-12));
    assertThat(line[0][1]).isZero();
  }

  @Test
  void separateClassesAreDrawnSeparatelyInTheirColors() {
    Random random = new Random(2);
    float[] values = new float[200 * 3];
    int[] labels = new int[200];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
      for (int f = 0; f < 3; f++) {
        values[3 * i + f] = (float) (10 * labels[i] + random.nextGaussian());
      }
    }
    BufferedImage image = new EmbeddingPlot("two", values, 3, labels, List.of("a", "b")).draw();
    int half = EmbeddingPlot.SIDE / 2;
    int height = image.getHeight() - 50;
    assertThat(bluish(image, 0, half, height)).isGreaterThan(500);
    assertThat(bluish(image, half, half, height)).isZero();
    assertThat(Pixels.drawn(image, half, 50, half, height)).isGreaterThan(500);
    assertThat(Pixels.count(image, 0xFF7F0E, EmbeddingPlot.SIDE, 50, 30, 60)).isPositive();
  }

  private static int bluish(BufferedImage image, int left, int width, int height) {
    int count = 0;
    for (int y = 50; y < 50 + height; y++) {
      for (int x = left; x < left + width; x++) {
        int rgb = Pixels.at(image, x, y);
        count += (rgb & 0xFF) > (rgb >> 16) + 40 ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void numberOfValuesMustMatchTheLabels() {
    assertThatThrownBy(() -> new EmbeddingPlot("", new float[5], 2, new int[2], List.of()))
        .hasMessageContaining("5 values of 2 features and 2 labels");
  }
}
