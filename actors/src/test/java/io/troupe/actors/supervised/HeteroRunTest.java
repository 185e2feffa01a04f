package io.troupe.actors.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.protocols.config.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole supervised runs on a graph of 60 papers (p) of two fields. Each field has its own six
 * authors (a), two of which write each of its papers.
 */
@Timeout(120)
class HeteroRunTest {
  private static final int PAPERS = 60;

  @TempDir Path temp;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = Files.createDirectory(temp.resolve("papers"));
    StringBuilder edges = new StringBuilder();
    StringBuilder labels = new StringBuilder();
    for (int paper = 0; paper < PAPERS; paper++) {
      int field = paper % 2;
      for (int i = 0; i < 2; i++) {
        int author = 6 * field + (paper / 2 + 2 * i + paper / 12) % 6;
        edges.append("%d\t%d\tp-a\t1\n%d\t%d\ta-p\t1\n".formatted(paper, author, author, paper));
      }
      labels.append("p%d\t%d\n".formatted(paper, field));
    }
    Files.writeString(data.resolve("edge.txt"), edges);
    Files.writeString(data.resolve("label.txt"), labels);
  }

  private TrainConfig config(String model, String more) {
    Config written =
        ConfigFactory.parseString(
            """
            model = %s
            data = "%s"
            epochs = 30
            batch-size = 0
            log-steps = 1
            dataset { test-fraction = 0.5, validation-fraction = 0.3 }
            optimizer { optim = adam, learning-rate = 0.02 }
            """
                    .formatted(model, data)
                + more);
    Config defaults = ConfigFactory.defaultReference().getConfig("troupe-train");
    return TrainConfig.from(written.withFallback(defaults).resolve());
  }

  private static SupervisedSummary start(Path run, TrainConfig config, RunListener listener) {
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(run, config.render())) {
      return Run.train(new SupervisedAlgorithm(inputs), folder, listener);
    }
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/final/model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({"hgt, 'num-neighbors = [4, 8], batch-size = 10'", "hgt, ''", "han, ''", "gcn, ''"})
  void classifiesTestNodesAndResumesBitForBitWithAnyNumberOfThreads(String model, String more)
      throws IOException {
    Path whole = temp.resolve("whole");
    SupervisedSummary summary =
        start(whole, config(model, more + "\nthreads = 1\n"), RunListener.NONE);
    assertThat(summary.results().get("test_macro_f1")).isGreaterThan(0.9);

    Path cut = temp.resolve("cut");
    TrainConfig config = config(model, more + "\nthreads = 2, save-steps = 7\n");
    Thread run = Thread.currentThread();
    RunListener stopping =
        event -> {
          if (event instanceof RunEvent.StepTrained trained && trained.step() == 17) {
            run.interrupt();
          }
        };
    assertThatThrownBy(() -> start(cut, config, stopping)).isInstanceOf(RunStoppedException.class);
    try (RunDirectory folder = RunDirectory.open(cut);
        SupervisedInputs inputs =
            SupervisedInputs.load(TrainConfig.from(folder.config().config()))) {
      Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);
    }
    assertThat(weights(cut)).isEqualTo(weights(whole));
  }

  /** With two classes and half of each label spread, the loss is at least 0.56. */
  @ParameterizedTest
  @CsvSource({"hgt", "gcn"})
  void smoothedLabelsBoundTheTrainingLoss(String model) {
    assertThat(lowestLoss(model, "label-smoothing = 0.5"))
        .isGreaterThan(LowestLoss.OF_HALF_SMOOTHED);
    assertThat(lowestLoss(model, "")).isLessThan(LowestLoss.OF_HALF_SMOOTHED);
  }

  private double lowestLoss(String model, String more) {
    LowestLoss lowest = new LowestLoss();
    start(temp.resolve("run" + more.length()), config(model, more), lowest);
    return lowest.value();
  }

  @Test
  void inputsThatCannotBeUsedAreOneLine() throws IOException {
    assertThatThrownBy(
            () -> SupervisedInputs.load(config("han", "model-settings { metapaths = p-x-p }")))
        .hasMessage("each type of metapath p-x-p must be one of the node types p, a, got x");
    assertThatThrownBy(() -> SupervisedInputs.load(config("han", "num-neighbors = [4]")))
        .hasMessage("num_neighbors must be empty, got [4]; only hgt learns from samples");
    assertThatThrownBy(
            () -> SupervisedInputs.load(config("hgt", "model-settings { target = venue }")))
        .hasMessage("target must be one of the node types p, a, got venue");
    Files.writeString(data.resolve("label.txt"), "x0\t1\n");
    assertThatThrownBy(() -> SupervisedInputs.load(config("hgt", "")))
        .hasMessage(
            data.resolve("label.txt")
                + ", line 1: the line must contain a node, such as p0, and its class; node types"
                + " are p, a, got x0 1");
  }
}
