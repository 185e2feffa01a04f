package io.troupe.serving.weights;

import io.troupe.nn.checkpoint.StepFolder;
import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.model.ServedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the newest weights of a training run, running or finished: looks for new checkpoints and
 * replaces the weights with the newest one. The version of the weights is the step of the
 * checkpoint. A checkpoint gets its name when it is complete, so a directory that is found can be
 * read; one that the run deletes meanwhile is skipped. One that cannot be served is tried again
 * after a while, because it may be the last one of the run and the reason may pass, such as running
 * requests that an update waits for.
 */
public final class RunFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunFollower.class);
  private static final Duration RETRY = Duration.ofMinutes(1);

  private final Path run;
  private final ServedModel model;
  private final WeightControl control;
  private final RunningRequests running;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("troupe-follow").daemon().factory());
  private final LongSupplier nanoTime;
  private long failedStep = -1; // reported once
  private long failedNs;

  /**
   * A follower of a run, which does nothing before {@link #start}.
   *
   * @param run the run directory
   * @param running what happens to running requests when the weights change
   */
  public RunFollower(Path run, ServedModel model, WeightControl control, RunningRequests running) {
    this(run, model, control, running, System::nanoTime);
  }

  RunFollower(
      Path run,
      ServedModel model,
      WeightControl control,
      RunningRequests running,
      LongSupplier nanoTime) {
    this.run = run;
    this.model = model;
    this.control = control;
    this.running = running;
    this.nanoTime = nanoTime;
  }

  /**
   * The directory of the model that a run started from; it has the tokenizer.
   *
   * @throws IllegalArgumentException if the directory contains no run of a language model
   */
  public static Path startOf(Path run) {
    Path start = run.resolve("checkpoints").resolve("start");
    if (!Files.isRegularFile(start.resolve("config.json"))) {
      throw new IllegalArgumentException(
          "follow must be the directory of a GRPO run, got " + run + " without checkpoints/start");
    }
    return start;
  }

  /**
   * Looks for new checkpoints from now on.
   *
   * @param interval time between two looks
   */
  public void start(Duration interval) {
    executor.scheduleWithFixedDelay(this::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Replaces the weights if there is a newer checkpoint. */
  void look() {
    Optional<StepFolder> newest = newest();
    if (newest.isEmpty()) {
      return;
    }
    StepFolder checkpoint = newest.get();
    if (checkpoint.step() > model.weights().version() && !hasJustFailed(checkpoint)) {
      replace(checkpoint);
    }
  }

  private boolean hasJustFailed(StepFolder checkpoint) {
    return checkpoint.step() == failedStep && nanoTime.getAsLong() - failedNs < RETRY.toNanos();
  }

  private void replace(StepFolder checkpoint) {
    try {
      control
          .replace(
              new WeightSource.Directory(checkpoint.path()),
              running,
              OptionalLong.of(checkpoint.step()))
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      if (Files.exists(checkpoint.path())) { // otherwise a newer one has replaced it
        failed(checkpoint, e.getCause());
      }
    }
  }

  private void failed(StepFolder checkpoint, Throwable cause) {
    if (checkpoint.step() != failedStep) {
      LOG.warn("{} is skipped for now: {}", checkpoint.path(), cause.getMessage());
    }
    failedStep = checkpoint.step();
    failedNs = nanoTime.getAsLong();
  }

  private Optional<StepFolder> newest() {
    try {
      return StepFolder.in(run.resolve("checkpoints")).stream().findFirst();
    } catch (IOException | UncheckedIOException e) { // looks again
      LOG.warn("the checkpoints of {} cannot be listed: {}", run, e.getMessage());
      return Optional.empty();
    }
  }

  /** Stops looking; an update in progress ends. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
