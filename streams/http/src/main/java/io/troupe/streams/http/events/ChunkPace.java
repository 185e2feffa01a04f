package io.troupe.streams.http.events;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often streams send chunks: the more streams are open, the longer each waits after a chunk and
 * the more tokens the next one has. So the cost of sending does not grow with the load. A single
 * stream does not wait. Thread-safe.
 */
public final class ChunkPace {
  private static final long PERIOD_PER_STREAM_NS = 800_000;
  private static final long MIN_PERIOD_NS = 2_000_000;
  private static final long MAX_PERIOD_NS = 40_000_000;

  private final AtomicInteger numStreams = new AtomicInteger();

  /** The pace of a server. */
  public ChunkPace() {}

  void streamBegins() {
    numStreams.incrementAndGet();
  }

  void streamEnds() {
    numStreams.decrementAndGet();
  }

  /**
   * The time after a chunk in which a stream sends no other; may be zero. All streams send at the
   * same times, because code that has just run for one stream runs several times as fast for the
   * next one.
   */
  Duration pause() {
    long periodNs = Math.min(MAX_PERIOD_NS, numStreams.get() * PERIOD_PER_STREAM_NS);
    return periodNs < MIN_PERIOD_NS
        ? Duration.ZERO
        : Duration.ofNanos(periodNs - Math.floorMod(System.nanoTime(), periodNs));
  }
}
