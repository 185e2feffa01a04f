package io.troupe.streams.flight.stream;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes all streams of an endpoint. One thread serves them all, so that a forward
 * pass, which produces a token for each of many streams, wakes one thread once. Its tasks never
 * block.
 */
public final class WriterLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriterLoop.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final ScheduledThreadPoolExecutor executor;

  /** Starts the thread. */
  public WriterLoop() {
    executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("flight-writer").daemon().factory());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs a task soon. After the loop has been closed, nothing happens. */
  public void execute(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("the writer has been closed", e);
    }
  }

  /** Runs a task after a time. After the loop has been closed, nothing happens. */
  public void schedule(Runnable task, long delayNs) {
    try {
      executor.schedule(() -> run(task), delayNs, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the writer has been closed", e);
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) { // the other streams go on
      LOG.error("a stream could not be written", e);
    }
  }

  /**
   * Runs the tasks that are due and ends the thread.
   *
   * @throws IllegalStateException if the thread does not end in time
   */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException(
            "thread flight-writer must end within " + CLOSE_TIMEOUT + ", but is still writing");
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
