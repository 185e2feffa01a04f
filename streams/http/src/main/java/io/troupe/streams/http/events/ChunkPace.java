package io.troupe.streams.http.events;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often streams send chunks: the more streams are open, the longer each waits after a chunk and
 * the more tokens the next one has. So the cost of sending does not grow with the load. One or two
 * streams do not wait. Thread-safe.
 *
 * <p>All streams send at the same times: code that has just run for one stream runs several times
 * as fast for the next one, and one timer serves them all.
 */
public final class ChunkPace {
  private static final int STREAMS_WITHOUT_PAUSE = 2;
  private static final long PERIOD_PER_STREAM_NS = 1_600_000;
  private static final long MIN_PERIOD_NS = 2_000_000;
  private static final long MAX_PERIOD_NS = 50_000_000;

  private final ScheduledExecutorService timer;
  private final AtomicInteger numStreams = new AtomicInteger();
  private List<Runnable> pausing = new ArrayList<>(); // guarded by this

  /**
   * The pace of a server.
   *
   * @param timer ends pauses; the caller shuts it down after the last stream
   */
  public ChunkPace(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  void streamBegins() {
    numStreams.incrementAndGet();
  }

  void streamEnds() {
    numStreams.decrementAndGet();
  }

  /**
   * Begins the time after a chunk in which a stream sends no other.
   *
   * @param onEnd runs at the end of the pause, which may come earlier than usual; must not block
   * @return false if the stream need not pause
   */
  boolean pause(Runnable onEnd) {
    int others = Math.max(0, numStreams.get() - STREAMS_WITHOUT_PAUSE);
    long periodNs = Math.min(MAX_PERIOD_NS, others * PERIOD_PER_STREAM_NS);
    if (periodNs < MIN_PERIOD_NS) {
      return false;
    }
    boolean isFirst;
    synchronized (this) {
      isFirst = pausing.isEmpty();
      pausing.add(onEnd);
    }
    if (isFirst) {
      schedule(periodNs - Math.floorMod(System.nanoTime(), periodNs));
    }
    return true;
  }

  private void schedule(long delayNs) {
    try {
      timer.schedule(this::endPauses, delayNs, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) { // the server has stopped
      endPauses();
    }
  }

  private void endPauses() {
    List<Runnable> ended;
    synchronized (this) {
      ended = pausing;
      pausing = new ArrayList<>(ended.size());
    }
    ended.forEach(Runnable::run);
  }
}
