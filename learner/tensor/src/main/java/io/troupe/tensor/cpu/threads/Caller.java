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

  /** Whether a worker has seen that the thread is absent, which saves looking at the clock. */
  private volatile boolean isAbsent;

  Caller(Thread thread) {
    this.thread = thread;
  }

  void begin(Region begun) {
    if (isAbsent) {
      isAbsent = false;
    }
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
    if (region != null) {
      return true;
    }
    if (isAbsent) {
      return false;
    }
    if (System.nanoTime() - endNs < ABSENT_NS) {
      return true;
    }
    isAbsent = true;
    return region != null;
  }

  boolean hasEnded() {
    return !thread.isAlive();
  }
}
