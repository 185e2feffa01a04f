package io.troupe.actors.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunDirectoryException;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunFailedException;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole supervised runs on points. The class of a point is the nearer of two centers. */
@Timeout(120)
class SupervisedRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = temp.resolve("points.csv");
    Files.write(data, points(240));
  }

  private static List<String> points(int count) {
    Philox random = Philox.of(9);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double x = 2 * random.uniform(2L * i) - 1;
      double y = 2 * random.uniform(2L * i + 1) - 1;
      lines.add(String.format(Locale.ROOT, "%.5f,%.5f,%d", x, y, x + y > 0 ? 1 : 0));
    }
    return lines;
  }

  private TrainConfig config(String more) {
    Config written =
        ConfigFactory.parseString(
            """
            model = mlp
            model-settings { hidden = 16, dropout = 0.1 }
            data = "%s"
            epochs = 4
            batch-size = 16
            log-steps = 5
            optimizer { optim = adam, learning-rate = 0.02 }
            """
                    .formatted(data)
                + more);
    Config defaults = ConfigFactory.defaultReference().getConfig("troupe-train");
    return TrainConfig.from(written.withFallback(defaults).resolve());
  }

  private SupervisedSummary start(Path run, TrainConfig config, RunListener listener) {
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(run, config.render())) {
      return Run.train(new SupervisedAlgorithm(inputs), folder, listener);
    }
  }

  private static SupervisedSummary resume(Path run) {
    try (RunDirectory folder = RunDirectory.open(run);
        SupervisedInputs inputs = SupervisedInputs.load(config(folder))) {
      return Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);
    }
  }

  private static TrainConfig config(RunDirectory folder) {
    return TrainConfig.from(folder.config().config());
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/final/model.safetensors"));
  }

  /** Interrupts the run at a step. */
  private static RunListener stoppingAt(long step) {
    Thread run = Thread.currentThread();
    return event -> {
      if (event instanceof RunEvent.StepTrained trained && trained.step() == step) {
        run.interrupt();
      }
    };
  }

  @Test
  void learnsAndWritesTheFilesOfTheRun() throws IOException {
    Path run = temp.resolve("run");
    SupervisedSummary summary = start(run, config(""), RunListener.NONE);

    assertThat(summary.results().get("test_accuracy")).isGreaterThan(0.8);
    JsonNode written = JSON.readTree(run.resolve("summary.json").toFile());
    assertThat(written.get("test_accuracy").asDouble())
        .isEqualTo(summary.results().get("test_accuracy"));
    List<String> lines = Files.readAllLines(run.resolve("metrics.jsonl"));
    JsonNode last = JSON.readTree(lines.getLast());
    assertThat(last.get("step").asLong()).isEqualTo(summary.steps());
    assertThat(last.get("epoch").asDouble()).isEqualTo(4);
    assertThat(last.has("eval_loss")).isTrue();
    assertThat(last.get("loss").asDouble())
        .isLessThan(JSON.readTree(lines.getFirst()).get("loss").asDouble());
  }

  @Test
  void resumedRunEndsBitForBitEqualWithAnyNumberOfThreads() throws IOException {
    Path whole = temp.resolve("whole");
    start(whole, config("threads = 1, ema-decay = 0.9\n"), RunListener.NONE);
    Path cut = temp.resolve("cut");
    TrainConfig config = config("threads = 2, save-steps = 7, ema-decay = 0.9\n");
    assertThatThrownBy(() -> start(cut, config, stoppingAt(25)))
        .isInstanceOf(RunStoppedException.class)
        .hasMessageContaining("troupe resume");
    assertThat(cut.resolve("summary.json")).doesNotExist();

    resume(cut);

    assertThat(weights(cut)).isEqualTo(weights(whole));
    assertThatThrownBy(() -> resume(cut))
        .isInstanceOf(RunDirectoryException.class)
        .hasMessageContaining("has finished");
  }

  @Test
  void learnerFailureBeforeTheFirstEvaluationRestartsFromTheInitialWeights() throws IOException {
    TrainConfig config = config("ema-decay = 0.9\n");
    Path whole = temp.resolve("whole");
    start(whole, config, RunListener.NONE);
    Path broken = temp.resolve("broken");

    start(broken, config, failingOnceAt(5));

    assertThat(weights(broken)).isEqualTo(weights(whole));
    try (Stream<Path> files = Files.list(broken.resolve("checkpoints"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("those of the last two evaluations, as in any run, and the result")
          .containsExactlyInAnyOrder("checkpoint-42", "checkpoint-56", "final");
    }
  }

  /** Makes the learner fail at the first attempt of a step. */
  private static RunListener failingOnceAt(long step) {
    AtomicBoolean failed = new AtomicBoolean();
    return event -> {
      if (event instanceof RunEvent.StepTrained trained
          && trained.step() == step
          && !failed.getAndSet(true)) {
        throw new IllegalStateException("the learner fails in step " + step);
      }
    };
  }

  @Test
  void stopsEarlyWithoutImprovement() {
    SupervisedSummary summary =
        start(
            temp.resolve("run"),
            config(
                """
                epochs = 50
                early-stopping { patience = 2, min-delta = 0.5 }
                keep-best = true
                dataset { validation-fraction = 0.2 }
                """),
            RunListener.NONE);

    assertThat(summary.epochs()).isEqualTo(3);
    assertThat(summary.bestStep()).isEqualTo(summary.steps() / 3);
  }

  @Test
  void exceedingTheMemoryLimitEndsTheRunAndNamesTheSetting() {
    TrainConfig config = config("memory-limit = 4k\n");
    assertThatThrownBy(() -> start(temp.resolve("run"), config, RunListener.NONE))
        .hasStackTraceContaining("memory-limit must be at least ")
        .hasStackTraceContaining(", got 4096 bytes with ");
  }

  @Test
  void nonFiniteLossStopsTheRunAndNamesTheStep() {
    TrainConfig config = config("optimizer { optim = sgd, learning-rate = 1e30 }\n");
    assertThatThrownBy(() -> start(temp.resolve("run"), config, RunListener.NONE))
        .isInstanceOf(RunFailedException.class)
        .hasMessageMatching(".*step \\d+: loss=.*not a number first in the result of .*");
  }

  @Test
  void stalledLearnerIsReplacedAfterItsThreadEnds() throws IOException {
    Path whole = temp.resolve("whole");
    start(whole, config(""), RunListener.NONE);
    Path stalled = temp.resolve("stalled");
    List<Thread> threads = new CopyOnWriteArrayList<>();
    RunListener stalls =
        event -> {
          if (event instanceof RunEvent.StepTrained trained && trained.step() == 20) {
            threads.add(Thread.currentThread());
            if (threads.size() == 1) {
              waitForInterrupt();
            } else {
              assertThat(threads.getFirst().isAlive()).isFalse();
            }
          }
        };

    start(stalled, config("deadlines { step = 2s, stop = 5s }\n"), stalls);

    assertThat(threads).hasSize(2).doesNotHaveDuplicates();
    assertThat(weights(stalled)).isEqualTo(weights(whole));
  }

  private static void waitForInterrupt() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new CancellationException("interrupted");
    }
  }
}
