package io.troupe.tensor.cpu.threads;

/**
 * A thread that calls {@link ComputePool#run}. It counts as active until no region has run for a
 * while, since it also computes between its regions.
 */
final class Caller {
  private static final long ABSENT_NS = 200_000;

  /** The region that the thread runs now, whose parts workers may take; null outside of regions. */
  volatile Region region;

  private final Thread thread;
  private volatile long endNs = System.nanoTime();

  Caller(Thread thread) {
    this.thread = thread;
  }

  void begin(Region begun) {
    region = begun;
  }

  void end() {
    endNs = System.nanoTime();
    region = null;
  }

  boolean isComputing() {
    return region != null;
  }

  boolean isActive() {
    return region != null || System.nanoTime() - endNs < ABSENT_NS;
  }

  boolean hasEnded() {
    return !thread.isAlive();
  }
}
