package io.troupe.actors.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.protocols.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole supervised runs on graphs. The classes are rings and stars. */
@Timeout(120)
class GraphRunTest {
  @TempDir Path temp;

  private Path ringsAndStars() throws IOException {
    StringBuilder text = new StringBuilder("40\n");
    for (int g = 0; g < 40; g++) {
      int nodes = 5 + g / 2 % 4;
      text.append(nodes).append(' ').append(g % 2).append('\n');
      for (int i = 0; i < nodes; i++) {
        text.append(g % 2 == 0 ? ring(i, nodes) : star(i, nodes)).append('\n');
      }
    }
    return Files.writeString(temp.resolve("graphs.txt"), text.toString());
  }

  private static String ring(int i, int nodes) {
    return "0 2 %d %d".formatted((i + nodes - 1) % nodes, (i + 1) % nodes);
  }

  private static String star(int i, int nodes) {
    if (i > 0) {
      return "0 1 0";
    }
    StringBuilder center = new StringBuilder("0 " + (nodes - 1));
    for (int other = 1; other < nodes; other++) {
      center.append(' ').append(other);
    }
    return center.toString();
  }

  private TrainConfig config(String model, Path data) {
    return config(model, data, 0);
  }

  private TrainConfig config(String model, Path data, double labelSmoothing) {
    return TrainConfig.from(
        ConfigFactory.parseString(
                """
                model = %s
                data = "%s"
                epochs = 30
                batch-size = 12
                folds = 4
                log-steps = 1
                label-smoothing = %s
                optimizer { learning-rate = 0.01 }
                """
                    .formatted(model, data, labelSmoothing))
            .withFallback(ConfigFactory.defaultReference().getConfig("troupe-train"))
            .resolve());
  }

  @Test
  void classifiesTestGraphs() throws IOException {
    TrainConfig config = config("gin", ringsAndStars());
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(temp.resolve("run"), config.render())) {
      SupervisedSummary summary =
          Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);

      assertThat(inputs.data().description()).startsWith("40 graphs, fold 1 of 4 held out");
      assertThat(summary.results().get("test_accuracy")).isGreaterThan(0.85);
    }
  }

  /** With two classes and half of each label spread, the loss is at least 0.56. */
  @Test
  void smoothedLabelsBoundTheTrainingLoss() throws IOException {
    assertThat(lowestLoss(0.5)).isGreaterThan(LowestLoss.OF_HALF_SMOOTHED);
    assertThat(lowestLoss(0)).isLessThan(LowestLoss.OF_HALF_SMOOTHED);
  }

  private double lowestLoss(double labelSmoothing) throws IOException {
    TrainConfig config = config("gin", ringsAndStars(), labelSmoothing);
    LowestLoss lowest = new LowestLoss();
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder =
            RunDirectory.create(temp.resolve("smoothed" + labelSmoothing), config.render())) {
      Run.train(new SupervisedAlgorithm(inputs), folder, lowest);
    }
    return lowest.value();
  }

  @Test
  void nodeModelRejectsADatasetOfGraphs() throws IOException {
    TrainConfig config = config("gcn", ringsAndStars());
    assertThatThrownBy(() -> SupervisedInputs.load(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" must contain one graph for gcn, got many");
  }
}
