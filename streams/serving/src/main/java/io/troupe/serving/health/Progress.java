package io.troupe.serving.health;

import java.time.Duration;

/**
 * Whether the decoder makes progress: the time since the last event, while somebody waits for one.
 * Readers that do not read are not waiting, so they never look like a stall. Thread-safe.
 */
public final class Progress {
  private int numWaiting;
  private long lastNs;

  /** A reader waits for an event. */
  public synchronized void asked() {
    if (numWaiting++ == 0) {
      lastNs = System.nanoTime();
    }
  }

  /** An event, or the failure of a request, has arrived. */
  public synchronized void arrived() {
    numWaiting--;
    lastNs = System.nanoTime();
  }

  /** The time that readers have waited without any event; zero if nobody waits. */
  public synchronized Duration waited() {
    return numWaiting == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - lastNs);
  }
}
