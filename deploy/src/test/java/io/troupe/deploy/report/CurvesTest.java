package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.run.RunDirectory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvesTest {
  @TempDir private Path temporary;

  private BufferedImage draw(int steps, String... names) throws IOException {
    try (RunDirectory folder = RunDirectory.create(temporary.resolve("run"), "")) {
      for (int step = 1; step <= steps; step++) {
        Map<String, Double> metrics = new HashMap<>();
        for (String name : names) {
          metrics.put(name, Math.sin(step * 0.3));
        }
        folder.appendMetrics(step, metrics);
      }
      TreeMap<Long, EvaluationResult> evaluations = new TreeMap<>();
      evaluations.put(0L, new EvaluationResult(0, 0.2, 0.2, List.of()));
      evaluations.put(5L, new EvaluationResult(5, 0.9, 0.9, List.of()));
      return ImageIO.read(Curves.draw(folder, evaluations).toFile());
    }
  }

  @Test
  void chartsAreDrawnTwoPerRow() throws IOException {
    BufferedImage image = draw(30, "reward", "entropy", "kl");
    assertThat(image.getWidth()).isEqualTo(1280);
    assertThat(image.getHeight()).isEqualTo(760);
    assertThat(hasDrawing(image, 0, 0)).isTrue();
    assertThat(hasDrawing(image, 640, 380)).isTrue();
  }

  @Test
  void cellWithoutAChartIsWhite() throws IOException {
    BufferedImage image = draw(30, "reward", "entropy");
    assertThat(hasDrawing(image, 0, 380)).isTrue();
    assertThat(hasDrawing(image, 640, 380)).isFalse();
  }

  @Test
  void runOfOneStepIsDrawn() throws IOException {
    assertThat(hasDrawing(draw(1, "reward"), 0, 0)).isTrue();
  }

  @Test
  void runWithoutStepsIsDrawn() throws IOException {
    assertThat(draw(0).getWidth()).isEqualTo(1280);
  }

  private static boolean hasDrawing(BufferedImage image, int left, int top) {
    for (int y = top; y < top + 380; y++) {
      for (int x = left; x < left + 640; x++) {
        if ((image.getRGB(x, y) & 0xFFFFFF) != 0xFFFFFF) {
          return true;
        }
      }
    }
    return false;
  }
}
