package io.troupe.actors.cluster.link;

import java.time.Duration;

/**
 * Notices pauses of the process. The owner reports the time at every event, and has a timer that
 * causes one at short intervals.
 */
public final class ClockGaps {
  private final long limitNs;
  private long lastNs;
  private long gapNs = Long.MIN_VALUE; // when the last one ended
  private long numGaps;

  /**
   * Begins at a time.
   *
   * @param limit longest time without an event that is no gap
   */
  public ClockGaps(Duration limit, long nowNs) {
    this.limitNs = limit.toNanos();
    this.lastNs = nowNs;
  }

  /** Reports the time of an event; returns whether there was a gap before it. */
  public boolean observe(long nowNs) {
    boolean gap = nowNs - lastNs > limitNs;
    lastNs = nowNs;
    if (gap) {
      gapNs = nowNs;
      numGaps++;
    }
    return gap;
  }

  /** Whether there was a gap since a time. */
  public boolean hasGapSince(long timeNs) {
    return numGaps > 0 && gapNs - timeNs >= 0;
  }

  /** Number of gaps. */
  public long numGaps() {
    return numGaps;
  }
}
