package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunFailedException;
import io.troupe.actors.run.RunListener;
import io.troupe.protocols.config.RunConfig;
import io.troupe.tensor.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start that fails at any stage releases its threads, actor system and memory. */
@Timeout(120)
class FailedStartTest {
  private static final long END_NS = Duration.ofSeconds(20).toNanos();

  @TempDir private Path temp;
  private TinyTask task;
  private Path run;
  private Engine engine;
  private Runnable prepare = () -> {};

  @BeforeEach
  void writeTask() throws IOException {
    task = TinyTask.write(temp.resolve("task"));
    run = temp.resolve("run");
  }

  private void train(RunConfig config, WorkDecorators decorators) {
    try (GrpoInputs inputs = GrpoInputs.load(config);
        RunDirectory directory = RunDirectory.create(run, config.render())) {
      Files.createDirectories(run.resolve("checkpoints"));
      prepare.run();
      engine = inputs.engine();
      Run.train(new GrpoAlgorithm(inputs, decorators), directory, RunListener.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for threads, which end shortly after the stop request. */
  @AfterEach
  void assertThreadsAndMemoryAreReleased() throws IOException {
    long startNs = System.nanoTime();
    while (!ownThreads().isEmpty() && System.nanoTime() - startNs < END_NS) {
      Thread.onSpinWait();
    }
    assertThat(ownThreads()).isEmpty();
    if (engine != null) {
      assertThat(engine.memory().usedBytes()).isZero();
    }
    Path memory = Path.of("/dev/shm");
    if (Files.isDirectory(memory)) {
      String links = "troupe-weights-" + ProcessHandle.current().pid() + "-*";
      try (DirectoryStream<Path> left = Files.newDirectoryStream(memory, links)) {
        assertThat(left).isEmpty();
      }
    }
  }

  private static List<String> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("troupe-"))
        .toList();
  }

  private void block(String path) {
    try {
      Files.writeString(run.resolve(path), "not a directory");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void failsIfAnInputCannotBeUsed() {
    assertThatThrownBy(() -> train(task.config("threads = 3, data.train = nowhere.jsonl"), none()))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void failsIfTheStartModelCannotBeWritten() {
    prepare = () -> block("checkpoints/start");

    assertThatThrownBy(() -> train(task.config("threads = 3"), none()))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("start");
  }

  @Test
  void failsIfTheFirstCheckpointCannotBeWritten() {
    prepare = () -> block("checkpoints/checkpoint-0");

    assertThatThrownBy(() -> train(task.config("threads = 3"), none()))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void failsIfTheActorsCannotBeCreated() {
    WorkDecorators failing =
        new WorkDecorators(
            UnaryOperator.identity(),
            _ -> {
              throw new IllegalStateException("no learner");
            },
            UnaryOperator.identity());

    assertThatThrownBy(() -> train(task.config("threads = 3"), failing))
        .isInstanceOf(RunFailedException.class)
        .hasMessage("cannot start the actors: no learner")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void failsIfRolloutActorsCannotBeCreated() {
    WorkDecorators failing =
        new WorkDecorators(
            decoding -> {
              decoding.close();
              throw new IllegalStateException("no decoder");
            },
            UnaryOperator.identity(),
            UnaryOperator.identity());

    assertThatThrownBy(() -> train(task.config("threads = 3"), failing))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("no decoder");
  }

  private static WorkDecorators none() {
    return WorkDecorators.NONE;
  }
}
