package io.troupe.tensor.cpu.threads;

import java.util.concurrent.atomic.AtomicInteger;

/** The parts of one call of {@link ComputePool#run}. */
final class Region {
  /** Looks before the caller yields: some 50 microseconds. */
  private static final int SPINS = 2_000;

  /** Workers that take parts. */
  final AtomicInteger helpers = new AtomicInteger();

  private final ComputePool.Part body;
  private final Shares shares;
  private final AtomicInteger left;
  private volatile Throwable failure;

  Region(int parts, int threads, ComputePool.Part body) {
    this.body = body;
    this.shares = new Shares(parts, threads);
    this.left = new AtomicInteger(parts);
  }

  /** Whether every part has been taken. */
  boolean isTaken() {
    return shares.isEmpty();
  }

  /** Runs the parts that no worker takes, as the calling thread, number 0. */
  void work() {
    while (runNext(0)) {}
  }

  /** Runs the next part for a thread; returns false if there is none. */
  boolean runNext(int thread) {
    int part = shares.take(thread);
    if (part < 0) {
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
