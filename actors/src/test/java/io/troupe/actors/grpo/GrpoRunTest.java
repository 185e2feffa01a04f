package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.rollout.Decoding;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunDirectoryException;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunFailedException;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.data.rows.RowReader;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.GroupSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs with real models and real weight transfer. */
@Timeout(300)
class GrpoRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path temp;
  private static TinyTask task;
  private static Observer whole;
  private static GrpoSummary uninterruptedSummary;

  /** Records events, and copies the run directory at a step. */
  private static class Observer implements RunListener {
    final List<String> phases = new ArrayList<>();
    final List<Map<String, Double>> steps = new ArrayList<>();
    private final Path folder;
    private final long copiedStep;

    Observer(Path folder, long copiedStep) {
      this.folder = folder;
      this.copiedStep = copiedStep;
    }

    @Override
    public void onEvent(RunEvent event) {
      switch (event) {
        case RunEvent.PhaseStarted(String phase) -> phases.add(phase);
        case RunEvent.StepTrained(long step, long _, Map<String, Double> metrics) -> {
          steps.add(metrics);
          if (step == copiedStep) {
            copyFolder(folder, copy());
          }
        }
        case RunEvent.WarmStartStep _,
            RunEvent.Evaluated _,
            RunEvent.SamplesTrained _,
            RunEvent.Finished _ -> {}
      }
    }

    Path copy() {
      return folder.resolveSibling(folder.getFileName() + "-copy");
    }
  }

  private static void copyFolder(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The reference run. A copy of its directory after step 3 serves as a killed run. */
  @BeforeAll
  static void runUninterrupted() throws IOException {
    task = TinyTask.write(temp.resolve("task"));
    whole = new Observer(temp.resolve("whole"), 3);
    uninterruptedSummary =
        start(task.config("warm-start.steps = 3"), "whole", whole, WorkDecorators.NONE);
  }

  private static GrpoSummary start(
      RunConfig config, String name, RunListener listener, WorkDecorators decorators) {
    try (GrpoInputs inputs = GrpoInputs.load(config);
        RunDirectory folder = RunDirectory.create(temp.resolve(name), config.render())) {
      return Run.train(new GrpoAlgorithm(inputs, decorators), folder, listener);
    }
  }

  private static GrpoSummary resume(Path path) {
    try (RunDirectory folder = RunDirectory.open(path);
        GrpoInputs inputs = GrpoInputs.load(config(folder))) {
      return Run.train(new GrpoAlgorithm(inputs), folder, RunListener.NONE);
    }
  }

  private static RunConfig config(RunDirectory folder) {
    return RunConfig.from(folder.config().config());
  }

  private static byte[] finalWeights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/final/model.safetensors"));
  }

  private static void assertSameAsUninterrupted(String run) throws IOException {
    assertThat(finalWeights(temp.resolve(run))).isEqualTo(finalWeights(temp.resolve("whole")));
    assertThat(losses(temp.resolve(run))).isEqualTo(losses(temp.resolve("whole")));
  }

  private static List<Double> losses(Path run) throws IOException {
    List<Double> losses = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      losses.add(JSON.readTree(line).get("loss").asDouble());
    }
    return losses;
  }

  @Test
  void completesARunFromWarmStartToSummary() throws IOException {
    assertThat(whole.phases).containsExactly("warm start", "evaluation", "training", "evaluation");
    assertThat(uninterruptedSummary.steps()).isEqualTo(4);
    assertThat(uninterruptedSummary.ledger().groupsIssued()).isEqualTo(12);
    assertThat(uninterruptedSummary.ledger().groupsTrained()).isEqualTo(12);
    assertThat(uninterruptedSummary.ledger().groupsOpen()).isZero();
    assertThat(uninterruptedSummary.ledger().samplesTrained()).isEqualTo(48);
    assertThat(uninterruptedSummary.state().logprobGapMax()).isLessThan(1e-5);
    assertThat(uninterruptedSummary.accuracyBefore()).isBetween(0.0, 1.0);
    assertThat(whole.steps).hasSize(4);
    assertThat(whole.steps.getFirst())
        .containsKeys(
            "loss",
            "reward",
            "rewards/numeric-match/mean",
            "completions/mean_length",
            "num_tokens",
            "step_time",
            "tokens_per_second");
    Path run = temp.resolve("whole");
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(4);
    assertThat(Files.readAllLines(run.resolve("samples/samples.jsonl"))).hasSize(4 * 8);
    assertThat(parquetSteps(run)).isEqualTo(jsonSteps(run));
    assertThat(run.resolve("summary.json")).isNotEmptyFile();
    assertThat(run.resolve("checkpoints/start/tokenizer.json")).isNotEmptyFile();
    assertThat(run.resolve("checkpoints/final/tokenizer.json")).isNotEmptyFile();
  }

  /** The steps of the samples in the Parquet files, in the order of the files' names. */
  private static List<String> parquetSteps(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("samples/parquet"))) {
      return files
          .sorted()
          .flatMap(file -> RowReader.read(file, 0).stream())
          .map(row -> row.requireText("step"))
          .toList();
    }
  }

  private static List<String> jsonSteps(Path run) throws IOException {
    List<String> steps = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("samples/samples.jsonl"))) {
      steps.add(JSON.readTree(line).get("step").asText());
    }
    return steps;
  }

  @Test
  void restrictedSamplingKeepsLogProbabilitiesAndStopStringsEndCompletions() throws IOException {
    RunConfig config =
        task.config(
            "steps = 2",
            "log-samples = 100",
            "grpo { num-generations = 4, max-completion-length = 6, top-k = 9, top-p = 0.95,"
                + " min-p = 0.01, repetition-penalty = 1.2, stop-strings = [\"+\", \"7\"] }");

    GrpoSummary summary = start(config, "sampling", RunListener.NONE, WorkDecorators.NONE);

    assertThat(summary.state().logprobGapMax()).isLessThan(1e-5);
    List<JsonNode> samples = new ArrayList<>();
    for (String line :
        Files.readAllLines(temp.resolve("sampling").resolve("samples/samples.jsonl"))) {
      samples.add(JSON.readTree(line));
    }
    assertThat(samples)
        .hasSize(2 * 3 * 4)
        .allMatch(sample -> !sample.get("completion").asText().matches(".*[+7].*"))
        .anyMatch(sample -> sample.get("finish_reason").asText().equals("stop-string"));
  }

  @Test
  void resumedRunEndsBitForBitEqual() throws IOException {
    GrpoSummary resumed = resume(whole.copy());

    assertSameAsUninterrupted("whole-copy");
    assertThat(parquetSteps(whole.copy())).isEqualTo(jsonSteps(whole.copy()));
    assertThat(resumed.ledger().groupsTrained())
        .isEqualTo(uninterruptedSummary.ledger().groupsTrained());
    assertThat(resumed.ledger().tokensGenerated())
        .isEqualTo(uninterruptedSummary.ledger().tokensGenerated());
    assertThat(resumed.accuracyBefore()).isEqualTo(uninterruptedSummary.accuracyBefore());
    assertThat(resumed.accuracyAfter()).isEqualTo(uninterruptedSummary.accuracyAfter());
  }

  @Test
  void resumingAFinishedRunReportsIt() {
    assertThatThrownBy(() -> resume(temp.resolve("whole")))
        .isInstanceOf(RunDirectoryException.class)
        .hasMessageContaining("has finished");
  }

  @Test
  void interruptedRunStopsWithCheckpointAndResumesToTheSameEnd() throws IOException {
    Thread caller = Thread.currentThread();
    RunListener interrupts =
        event -> {
          if (event instanceof RunEvent.StepTrained trained && trained.step() == 1) {
            caller.interrupt();
          }
        };
    RunConfig config = task.config("warm-start.steps = 3", "save-steps = 100");

    assertThatThrownBy(() -> start(config, "stopped", interrupts, WorkDecorators.NONE))
        .isInstanceOf(RunStoppedException.class)
        .hasMessageMatching("stopped after step [12] of 4: continue with 'troupe resume .*'");
    assertThat(Thread.interrupted()).isFalse();
    resume(temp.resolve("stopped"));

    assertSameAsUninterrupted("stopped");
  }

  @Test
  void rolloutFailuresChangeOnlyTheRestartCount() throws IOException {
    AtomicInteger slices = new AtomicInteger();
    WorkDecorators dying =
        new WorkDecorators(
            decoding ->
                new Decoding() {
                  @Override
                  public Slice advance(List<GroupSpec> groups, boolean expectsWeights) {
                    Slice slice = decoding.advance(groups, expectsWeights);
                    if (!slice.sampled().isEmpty() && slices.incrementAndGet() % 4 == 2) {
                      throw new IllegalStateException("out of pages"); // loses the samples
                    }
                    return slice;
                  }

                  @Override
                  public void close() {
                    decoding.close();
                  }
                },
            training -> training,
            backend -> backend);

    GrpoSummary summary =
        start(
            task.config("warm-start.steps = 3", "rollout.num-actors = 2"),
            "dying",
            RunListener.NONE,
            dying);

    assertThat(summary.ledger().rolloutRestarts()).isPositive();
    assertThat(summary.ledger().groupsDropped()).isZero();
    assertSameAsUninterrupted("dying");
  }

  /** Makes the learner fail a number of times after a step. */
  private static WorkDecorators failingIn(long step, int times) {
    AtomicInteger left = new AtomicInteger(times);
    HookedTraining.Hook hook =
        (point, reached) -> {
          if (point == HookedTraining.Point.AFTER_STEP
              && reached == step
              && left.getAndDecrement() > 0) {
            throw new IllegalStateException("a cosmic ray");
          }
        };
    return new WorkDecorators(
        decoding -> decoding, training -> new HookedTraining(training, hook), backend -> backend);
  }

  @Test
  void failedLearnerRestartsFromTheCheckpointAndEndsBitForBitEqual() throws IOException {
    start(task.config("warm-start.steps = 3"), "ray", RunListener.NONE, failingIn(4, 1));

    assertSameAsUninterrupted("ray");
  }

  @Test
  void secondLearnerFailureInOneStepEndsTheRunWithOneLine() {
    RunConfig config = task.config();

    assertThatThrownBy(() -> start(config, "rays", RunListener.NONE, failingIn(2, 2)))
        .isInstanceOf(RunFailedException.class)
        .hasMessage("learner, training step 2: a cosmic ray");
  }

  @Test
  void runWithStalenessTrainsNoGroupTwice() throws IOException {
    Observer observer = new Observer(temp.resolve("ahead"), 5);
    RunConfig config =
        task.config(
            "max-staleness = 2", "steps = 8", "log-samples = 1000", "rollout.num-actors = 2");
    GrpoSummary summary = start(config, "ahead", observer, WorkDecorators.NONE);
    GrpoSummary resumed = resume(observer.copy());

    for (GrpoSummary each : List.of(summary, resumed)) {
      assertThat(each.ledger().groupsTrained()).isEqualTo(24);
      assertThat(each.ledger().groupsOpen()).isZero();
      assertThat(each.ledger().groupsIssued()).isEqualTo(24 + each.ledger().groupsDropped());
    }
    for (Path run : List.of(temp.resolve("ahead"), observer.copy())) {
      assertThat(trainedSamples(run)).hasSize(24 * 4);
      for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
        assertThat(JSON.readTree(line).get("staleness/max").asInt()).isLessThanOrEqualTo(2);
      }
    }
  }

  /** Returns group and index of every trained sample. Fails if a sample occurs twice. */
  private static Set<String> trainedSamples(Path run) throws IOException {
    Set<String> samples = new HashSet<>();
    for (String line : Files.readAllLines(run.resolve("samples/samples.jsonl"))) {
      JsonNode sample = JSON.readTree(line);
      assertThat(samples.add(sample.get("group") + "/" + sample.get("sample"))).isTrue();
    }
    return samples;
  }

  @Test
  void memoryUseIsConstantAndAllMemoryIsReleased() throws IOException {
    Observer observer = new Observer(temp.resolve("flat"), -1);
    RunConfig config = task.config("steps = 24", "grpo.beta = 0.1", "save-steps = 5");
    start(config, "flat", observer, WorkDecorators.NONE);

    double early = observer.steps.get(11).get("memory/pool_bytes");
    double late = observer.steps.get(23).get("memory/pool_bytes");
    assertThat(late).isLessThanOrEqualTo(early * 1.05);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("troupe-"));
    Path memory = Path.of("/dev/shm");
    if (Files.isDirectory(memory)) {
      String ours = "troupe-weights-" + ProcessHandle.current().pid() + "-*";
      try (DirectoryStream<Path> left = Files.newDirectoryStream(memory, ours)) {
        assertThat(left).isEmpty();
      }
    }
  }
}
