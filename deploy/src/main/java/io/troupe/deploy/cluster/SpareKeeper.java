package io.troupe.deploy.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps {@linkplain SpareProcess spare processes} ready. Used by the thread of a supervisor, which
 * closes it.
 */
public final class SpareKeeper implements AutoCloseable {
  private static final Duration BEFORE_SPARE = Duration.ofSeconds(4);
  private static final int MAX_FAILURES = 3;

  private final int number;
  private final Start start;
  private final Consumer<String> messages;
  private final Duration beforeSpare;
  private final Deque<SpareProcess> ready = new ArrayDeque<>();
  private SpareProcess starting; // null if none is
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
   * @param number of processes to keep ready
   * @param messages receives a line when a process is ready
   */
  public SpareKeeper(int number, Start start, Consumer<String> messages) {
    this(number, start, messages, BEFORE_SPARE);
  }

  /**
   * A keeper without a process.
   *
   * @param number of processes to keep ready
   * @param beforeSpare time for other processes to start before a spare one is started
   */
  SpareKeeper(int number, Start start, Consumer<String> messages, Duration beforeSpare) {
    this.number = number;
    this.start = start;
    this.messages = messages;
    this.beforeSpare = beforeSpare;
  }

  /**
   * A process is needed.
   *
   * @return a spare one, which becomes that process; empty if none is ready
   */
  Optional<Process> assign(ChildProcess spec) {
    lastLaunchNs = System.nanoTime();
    while (!ready.isEmpty()) {
      SpareProcess spare = ready.removeFirst();
      try {
        return Optional.of(spare.assign(spec));
      } catch (IOException _) {
        spare.close(); // it has just ended
      }
    }
    return Optional.empty();
  }

  /**
   * Starts a process when the others have had time to start and the one before is ready, and
   * reports that one is ready.
   */
  void keep() throws IOException {
    ready.removeIf(spare -> !spare.isAlive());
    if (starting == null) {
      boolean isCalm = System.nanoTime() - lastLaunchNs > beforeSpare.toNanos();
      if (ready.size() < number && isCalm && failures < MAX_FAILURES) {
        starting = start.start();
        lastLaunchNs = System.nanoTime();
      }
    } else if (starting.isReady()) {
      failures = 0;
      ready.addLast(starting);
      messages.accept("process %d is ready to replace one that fails".formatted(starting.pid()));
      starting = null;
    } else if (!starting.isAlive()) {
      starting = null;
      onFailure();
    }
  }

  private void onFailure() {
    if (++failures == MAX_FAILURES) {
      messages.accept(
          ("%d spare processes ended before they were ready, and none is started any more: see"
                  + " nodes/spare.txt")
              .formatted(MAX_FAILURES));
    }
  }

  @Override
  public void close() {
    if (starting != null) {
      starting.close();
    }
    ready.forEach(SpareProcess::close);
  }
}
