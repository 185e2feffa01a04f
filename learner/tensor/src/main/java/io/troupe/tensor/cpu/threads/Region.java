package io.troupe.tensor.cpu.threads;

import java.util.concurrent.atomic.AtomicInteger;

/** The parts of one call of {@link ComputePool#run}, taken in order by free threads. */
final class Region {
  /** Looks before the caller yields: some 50 microseconds. */
  private static final int SPINS = 2_000;

  /** Workers that take parts. */
  final AtomicInteger helpers = new AtomicInteger();

  private final int parts;
  private final ComputePool.Part body;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger left;
  private volatile Throwable failure;

  Region(int parts, ComputePool.Part body) {
    this.parts = parts;
    this.body = body;
    this.left = new AtomicInteger(parts);
  }

  /** Whether every part has been taken. */
  boolean isTaken() {
    return next.get() >= parts;
  }

  /** Runs the parts that no other thread takes. */
  void work() {
    while (runNext()) {}
  }

  /** Runs the next part; returns false if there is none. */
  boolean runNext() {
    int part = next.getAndIncrement();
    if (part >= parts) {
      return false;
    }
    try {
      body.run(part);
    } catch (Throwable e) {
      failure = e;
    }
    left.getAndDecrement();
    return true;
  }

  /** Waits until all parts are done, and throws the exception of one that failed. */
  void await() {
    for (int spins = 0; left.get() > 0; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
