package io.troupe.serving.weights;

import io.troupe.serving.model.Weights;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log lines about weight updates: the first at once, then at most one in a while, so that a run
 * that trains many steps per second does not fill the log. The newest version is always logged in
 * the end. Thread-safe.
 */
final class UpdateLog {
  private static final Logger LOG = LoggerFactory.getLogger(WeightControl.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final Executor later;
  private final Consumer<String> lines;
  private boolean isWaiting;
  private int numUpdates; // since the last line
  private String newest;

  /**
   * A log.
   *
   * @param later runs an action after the least time between two lines
   */
  UpdateLog(Executor later, Consumer<String> lines) {
    this.later = later;
    this.lines = lines;
  }

  /** The log of a process. */
  static UpdateLog ofProcess() {
    return new UpdateLog(
        CompletableFuture.delayedExecutor(INTERVAL.toMillis(), TimeUnit.MILLISECONDS), LOG::info);
  }

  /** Notes an update. */
  synchronized void updated(Weights weights, Duration duration) {
    newest =
        "weights version %d of %s after %d ms, checksum %s"
            .formatted(
                weights.version(), weights.source(), duration.toMillis(), weights.shortChecksum());
    numUpdates++;
    LOG.debug("{}", newest);
    if (!isWaiting) {
      write();
    }
  }

  private void write() {
    lines.accept(numUpdates == 1 ? newest : newest + " (" + numUpdates + " updates)");
    numUpdates = 0;
    isWaiting = true;
    later.execute(this::waited);
  }

  private synchronized void waited() {
    isWaiting = false;
    if (numUpdates > 0) {
      write();
    }
  }
}
