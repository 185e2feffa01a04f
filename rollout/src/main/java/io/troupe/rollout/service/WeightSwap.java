package io.troupe.rollout.service;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** A replacement of the weights that has been requested; completes with their version. */
final class WeightSwap extends CompletableFuture<Long> {
  private final LongSupplier write;
  private final RunningRequests running;
  private final AtomicBoolean isDecided = new AtomicBoolean();

  /**
   * A request.
   *
   * @param write writes the weights and returns their version
   * @param running what happens to running requests
   */
  WeightSwap(LongSupplier write, RunningRequests running) {
    this.write = write;
    this.running = running;
  }

  RunningRequests running() {
    return running;
  }

  /** Whether the weights may be written: the request has not been withdrawn. */
  boolean begin() {
    return isDecided.compareAndSet(false, true);
  }

  long write() {
    return write.getAsLong();
  }

  /** Withdraws the request; false if the weights are being written or have been written. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return begin() && super.cancel(mayInterruptIfRunning);
  }
}
