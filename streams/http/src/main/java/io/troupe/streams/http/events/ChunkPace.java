package io.troupe.streams.http.events;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often streams send chunks: the more streams are open, the longer each waits after a chunk and
 * the more tokens the next one has. So the cost of sending does not grow with the load. A single
 * stream does not wait. Thread-safe.
 */
public final class ChunkPace {
  private static final long PAUSE_PER_STREAM_NS = 400_000;
  private static final long MIN_PAUSE_NS = 2_000_000;
  private static final long MAX_PAUSE_NS = 25_000_000;

  private final AtomicInteger numStreams = new AtomicInteger();

  /** The pace of a server. */
  public ChunkPace() {}

  void streamBegins() {
    numStreams.incrementAndGet();
  }

  void streamEnds() {
    numStreams.decrementAndGet();
  }

  /** The time after a chunk in which a stream sends no other; may be zero. */
  Duration pause() {
    long pauseNs = Math.min(MAX_PAUSE_NS, (numStreams.get() - 1) * PAUSE_PER_STREAM_NS);
    return pauseNs < MIN_PAUSE_NS ? Duration.ZERO : Duration.ofNanos(pauseNs);
  }
}
