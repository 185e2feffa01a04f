package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.grpo.HookedTraining.Point;
import io.troupe.actors.grpo.InjectedFault.Kind;
import io.troupe.actors.rollout.Decoding;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunFailedException;
import io.troupe.actors.run.RunListener;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs whose learner is killed, stalls or overruns its deadline. Two threads never use the same
 * weights, and the run either ends with the weights of a run without faults or stops with the
 * cause.
 */
@Timeout(120)
class LearnerFaultTest {
  private static final String[] UNDISTURBED = {"warm-start.steps = 3", "eval-steps = 1"};
  private static final String SHORT_DEADLINES =
      "deadlines { step = 2s, evaluation = 2s, checkpoint = 2s, stop = 1s }";

  @TempDir static Path temp;
  private static TinyTask task;
  private static byte[] expected;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    task = TinyTask.write(temp.resolve("task"));
    train(task.config(UNDISTURBED), temp.resolve("undisturbed"), WorkDecorators.NONE);
    expected = weights(temp.resolve("undisturbed"));
  }

  private static GrpoSummary train(RunConfig config, Path path, WorkDecorators decorators) {
    try (GrpoInputs inputs = GrpoInputs.load(config, decorators.backend());
        RunDirectory directory =
            Files.exists(path)
                ? RunDirectory.open(path)
                : RunDirectory.create(path, config.render())) {
      return Run.train(new GrpoAlgorithm(inputs, decorators), directory, RunListener.NONE);
    }
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/final/model.safetensors"));
  }

  /** A random step at which the point is reached, determined by the point and the kind of fault. */
  private static long step(Point point, Kind kind) {
    long seed = 31L * point.ordinal() + kind.ordinal();
    double draw = Philox.of(seed).uniform(0);
    return switch (point) {
      case CHECKPOINT -> draw < 0.5 ? 2 : 4;
      case EVALUATION -> 1 + (long) (3 * draw);
      case BEFORE_STEP, FORWARD, BACKWARD, OPTIMIZER, AFTER_STEP, RECORD -> 1 + (long) (4 * draw);
    };
  }

  private static RunConfig shortDeadlines() {
    return task.config(UNDISTURBED[0], UNDISTURBED[1], SHORT_DEADLINES);
  }

  private static void assertContinued(InjectedFault fault, Path run) throws IOException {
    assertThat(fault.isInjected()).isTrue();
    assertThat(fault.numAttempts()).isEqualTo(2);
    assertThat(fault.maxThreads()).isEqualTo(1);
    assertThat(fault.hasOneThreadPerAttempt()).isTrue();
    assertThat(weights(run)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Point.class)
  void killedLearnerIsReplacedAndEndsWithTheSameWeights(Point point) throws IOException {
    InjectedFault fault = new InjectedFault(point, Kind.KILL, step(point, Kind.KILL));
    Path run = temp.resolve("kill-" + point);
    train(task.config(UNDISTURBED), run, fault.decorators());

    assertContinued(fault, run);
  }

  @ParameterizedTest
  @EnumSource(
      value = Point.class,
      names = {"FORWARD", "OPTIMIZER", "AFTER_STEP", "EVALUATION", "CHECKPOINT"})
  void stalledLearnerIsReplacedAfterItsThreadEnds(Point point) throws IOException {
    InjectedFault fault = new InjectedFault(point, Kind.STALL, step(point, Kind.STALL));
    Path run = temp.resolve("stall-" + point);
    train(shortDeadlines(), run, fault.decorators());

    assertContinued(fault, run);
  }

  /** The learner publishes weights while a rollout actor blocks in their transfer. */
  @Test
  void rolloutActorStalledInABroadcastIsReplaced() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean stalled = new AtomicBoolean();
    AtomicInteger swaps = new AtomicInteger();
    WorkDecorators stalls =
        new WorkDecorators(
            decoding ->
                new Decoding() {
                  @Override
                  public Slice advance(List<GroupSpec> groups, boolean expectsWeights) {
                    if (expectsWeights && swaps.get() == 2 && !stalled.getAndSet(true)) {
                      awaitUninterruptibly(release);
                    }
                    Slice slice = decoding.advance(groups, expectsWeights);
                    slice.swapped().ifPresent(_ -> swaps.incrementAndGet());
                    return slice;
                  }

                  @Override
                  public void close() {
                    decoding.close();
                  }
                },
            training -> training,
            backend -> backend);
    Path run = temp.resolve("broadcast");
    RunConfig config =
        task.config(UNDISTURBED[0], UNDISTURBED[1], "deadlines { weights = 2s, stop = 1s }");

    GrpoSummary summary;
    try {
      summary = train(config, run, stalls);
    } finally {
      release.countDown();
    }

    assertThat(stalled).isTrue();
    assertThat(summary.ledger().rolloutRestarts()).isEqualTo(1);
    assertThat(weights(run)).isEqualTo(expected);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        continue; // ignores the interrupt
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BACKWARD, training step, deadlines.step",
    "EVALUATION, evaluation after step, deadlines.evaluation",
    "CHECKPOINT, checkpoint of step, deadlines.checkpoint"
  })
  void overrunningLearnerIsNotReplacedAndStopsTheRun(Point point, String work, String setting)
      throws Exception {
    long step = step(point, Kind.OVERRUN);
    InjectedFault fault = new InjectedFault(point, Kind.OVERRUN, step);
    Path run = temp.resolve("overrun-" + point);

    assertThatThrownBy(() -> train(shortDeadlines(), run, fault.decorators()))
        .isInstanceOf(RunFailedException.class)
        .hasMessage(
            ("learner: %s %d has not ended within PT2S (%s); the run stops, because its thread has"
                    + " not ended within PT1S (deadlines.stop) after an interrupt")
                .formatted(work, step, setting));
    assertThat(fault.numAttempts()).isEqualTo(1);
    assertThat(fault.maxThreads()).isEqualTo(1);

    fault.release();
    train(task.config(UNDISTURBED), run, WorkDecorators.NONE);
    assertThat(weights(run)).isEqualTo(expected);
  }
}
