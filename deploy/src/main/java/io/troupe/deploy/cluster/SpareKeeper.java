package io.troupe.deploy.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps one {@linkplain SpareProcess spare process} ready. Used by the thread of a supervisor,
 * which closes it.
 */
public final class SpareKeeper implements AutoCloseable {
  private static final Duration BEFORE_SPARE = Duration.ofSeconds(4);
  private static final int MAX_FAILURES = 3;

  private final Start start;
  private final Consumer<String> messages;
  private final Duration beforeSpare;
  private SpareProcess spare; // null if there is none
  private boolean isReported;
  private int failures; // of processes that were never ready, in a row
  private long lastLaunchNs = System.nanoTime();

  /** Starts a spare process. */
  @FunctionalInterface
  public interface Start {
    /** Starts one. */
    SpareProcess start() throws IOException;
  }

  /**
   * A keeper without a process.
   *
   * @param messages receives a line when a process is ready
   */
  public SpareKeeper(Start start, Consumer<String> messages) {
    this(start, messages, BEFORE_SPARE);
  }

  /**
   * A keeper without a process.
   *
   * @param beforeSpare time for other processes to start before a spare one is started
   */
  SpareKeeper(Start start, Consumer<String> messages, Duration beforeSpare) {
    this.start = start;
    this.messages = messages;
    this.beforeSpare = beforeSpare;
  }

  /**
   * A process is needed.
   *
   * @return the spare one, which becomes that process; empty if none is ready
   */
  Optional<Process> assign(ChildProcess spec) {
    lastLaunchNs = System.nanoTime();
    if (spare == null || !spare.isReady()) {
      return Optional.empty();
    }
    SpareProcess assigned = spare;
    spare = null;
    try {
      return Optional.of(assigned.assign(spec));
    } catch (IOException _) {
      assigned.close(); // it has just ended
      return Optional.empty();
    }
  }

  /** Starts a process when the others have had time to start, and reports that it is ready. */
  void keep() throws IOException {
    if (spare != null && !spare.isAlive()) {
      onEnd();
    }
    boolean isCalm = System.nanoTime() - lastLaunchNs > beforeSpare.toNanos();
    if (spare == null && isCalm && failures < MAX_FAILURES) {
      spare = start.start();
      isReported = false;
      lastLaunchNs = System.nanoTime();
    } else if (spare != null && spare.isReady() && !isReported) {
      isReported = true;
      failures = 0;
      messages.accept("process %d is ready to replace one that fails".formatted(spare.pid()));
    }
  }

  private void onEnd() {
    spare = null;
    if (!isReported && ++failures == MAX_FAILURES) {
      messages.accept(
          ("%d spare processes ended before they were ready, and none is started any more: see"
                  + " nodes/spare.txt")
              .formatted(MAX_FAILURES));
    }
  }

  @Override
  public void close() {
    if (spare != null) {
      spare.close();
    }
  }
}
