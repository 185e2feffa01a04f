package io.troupe.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRunTest {
  @TempDir private Path temp;
  private TinyTask task;

  @BeforeEach
  void writeTask() throws IOException {
    task = TinyTask.write(temp.resolve("task"));
  }

  private RunSummary start(RunConfig config, String name, RunListener listener) {
    try (RunInputs inputs = RunInputs.load(config);
        RunFolder folder = RunFolder.create(temp.resolve(name), config.render())) {
      return LocalRun.start(inputs, folder, listener);
    }
  }

  @Test
  void runsFromWarmStartToSummary() throws IOException {
    List<String> phases = new ArrayList<>();
    List<Map<String, Double>> steps = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void onPhase(String phase) {
            phases.add(phase);
          }

          @Override
          public void onStep(long step, long numSteps, Map<String, Double> metrics) {
            steps.add(metrics);
          }
        };

    RunSummary summary = start(task.config("warm-start.steps = 3"), "run", listener);

    assertThat(phases).containsExactly("warm start", "evaluation", "training", "evaluation");
    assertThat(summary.steps()).isEqualTo(4);
    assertThat(summary.groupsIssued()).isEqualTo(12);
    assertThat(summary.groupsTrained()).isEqualTo(12);
    assertThat(summary.groupsOpen()).isZero();
    assertThat(summary.logprobGapMax()).isLessThan(1e-5);
    assertThat(steps).hasSize(4);
    assertThat(steps.getFirst())
        .containsKeys(
            "loss",
            "reward",
            "rewards/numeric-match/mean",
            "completions/mean_length",
            "num_tokens",
            "step_time",
            "tokens_per_second");
    Path run = temp.resolve("run");
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(4);
    assertThat(Files.readAllLines(run.resolve("samples/samples.jsonl"))).hasSize(4 * 8);
    assertThat(run.resolve("summary.json")).isNotEmptyFile();
    assertThat(run.resolve("checkpoints/start/tokenizer.json")).isNotEmptyFile();
    assertThat(run.resolve("checkpoints/final/model.safetensors")).isNotEmptyFile();
  }
}
