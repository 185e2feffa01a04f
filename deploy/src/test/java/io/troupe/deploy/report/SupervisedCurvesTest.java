package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedCurvesTest {
  private static final int BLUE = 0x1F77B4;
  private static final int ORANGE = 0xD95F02;

  @TempDir private Path folder;

  private BufferedImage draw(String lines) throws IOException {
    Path file = Files.writeString(folder.resolve("metrics.jsonl"), lines);
    return SupervisedCurves.draw(MetricsFile.read(file));
  }

  private static String lines(int steps, DoubleUnaryOperator loss, String others) {
    StringBuilder lines = new StringBuilder();
    for (int step = 1; step <= steps; step++) {
      lines.append(
          "{\"step\": %d, \"loss\": %s%s}%n"
              .formatted(step, loss.applyAsDouble(step), step % 10 == 0 ? others : ""));
    }
    return lines.toString();
  }

  private static int meanHeight(BufferedImage image, int rgb, int left, int top, int width) {
    long sum = 0;
    int count = 0;
    for (int y = top; y < top + StepCharts.HEIGHT; y++) {
      int here = Pixels.count(image, rgb, left, y, width, 1);
      sum += (long) here * y;
      count += here;
    }
    assertThat(count).isPositive();
    return (int) (sum / count);
  }

  @Test
  void trainingAndEvaluationLossShareAChart() throws IOException {
    BufferedImage image =
        draw(lines(40, step -> 2.0 / step, ", \"eval_loss\": 0.5, \"eval_accuracy\": 0.9"));
    assertThat(image.getWidth()).isEqualTo(2 * StepCharts.WIDTH);
    assertThat(image.getHeight()).isEqualTo(StepCharts.HEIGHT);
    int width = StepCharts.WIDTH;
    assertThat(Pixels.count(image, BLUE, 0, 0, width, StepCharts.HEIGHT)).isGreaterThan(100);
    assertThat(Pixels.count(image, ORANGE, 0, 0, width, StepCharts.HEIGHT)).isGreaterThan(100);
    assertThat(Pixels.count(image, BLUE, width, 0, width, StepCharts.HEIGHT)).isZero();
    assertThat(Pixels.count(image, ORANGE, width, 0, width, StepCharts.HEIGHT)).isGreaterThan(100);
  }

  @Test
  void decreasingLossIsDrawnDecreasing() throws IOException {
    BufferedImage image = draw(lines(100, step -> 5 - 0.04 * step, ""));
    int begin = meanHeight(image, BLUE, 80, 0, 60);
    int end = meanHeight(image, BLUE, 560, 0, 60);
    assertThat(end).isGreaterThan(begin + 100);
  }

  @Test
  void chartsWithoutDataAreOmitted() throws IOException {
    BufferedImage image =
        draw(lines(20, step -> 1, ", \"learning_rate\": 0.001, \"grad_norm\": 2"));
    assertThat(image.getHeight()).isEqualTo(2 * StepCharts.HEIGHT);
    int width = StepCharts.WIDTH;
    assertThat(Pixels.drawn(image, 0, StepCharts.HEIGHT, width, StepCharts.HEIGHT)).isPositive();
    assertThat(Pixels.drawn(image, width, StepCharts.HEIGHT, width, StepCharts.HEIGHT)).isZero();
  }

  @Test
  void runWithoutStepsIsDrawn() throws IOException {
    assertThat(draw("").getHeight()).isEqualTo(StepCharts.HEIGHT);
  }
}
