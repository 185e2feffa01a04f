package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.protocols.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trains the reference model of each language-model family with GRPO. */
@Timeout(300)
class FamilyRunTest {
  private static final Path MODELS = Path.of("../learner/nn/src/test/resources/models");

  @TempDir Path temp;

  /** The reference models of families: those with gradients. */
  static List<String> families() throws IOException {
    try (Stream<Path> folders = Files.list(MODELS)) {
      return folders
          .filter(folder -> Files.isDirectory(folder.resolve("gradients")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void tenStepsHaveNoGapBetweenSampledAndRecomputedLogProbs(String family) throws IOException {
    TinyTask task = TinyTask.write(temp.resolve("task"), MODELS.resolve(family));
    RunConfig config =
        task.config(
            "steps = 10, groups-per-step = 2, save-steps = 10, optimizer.learning-rate = 1e-2",
            "rewards = [{ name = format, pattern = \"[0-9A-Ma-h].*\" }]",
            "grpo { num-generations = 4, max-completion-length = 10 }");
    GrpoSummary summary = run(config);
    assertThat(summary.steps()).isEqualTo(10);
    assertThat(summary.state().logprobGapMax()).isZero();
    Path trained = temp.resolve("run/checkpoints/final/model.safetensors");
    assertThat(Files.readAllBytes(trained))
        .isNotEqualTo(Files.readAllBytes(task.model().resolve("model.safetensors")));
  }

  private GrpoSummary run(RunConfig config) {
    try (GrpoInputs inputs = GrpoInputs.load(config);
        RunDirectory folder = RunDirectory.create(temp.resolve("run"), config.render())) {
      return Run.train(new GrpoAlgorithm(inputs, WorkDecorators.NONE), folder, RunListener.NONE);
    }
  }
}
