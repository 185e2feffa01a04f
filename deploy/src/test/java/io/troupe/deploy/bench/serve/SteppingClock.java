package io.troupe.deploy.bench.serve;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that advances by a fixed step with each reading, and to the end of each sleep at once.
 */
final class SteppingClock implements BenchClock {
  private final long stepNs;
  private final AtomicLong timeNs = new AtomicLong();

  SteppingClock(long stepNs) {
    this.stepNs = stepNs;
  }

  @Override
  public long nanoTime() {
    return timeNs.getAndAdd(stepNs);
  }

  @Override
  public void sleepUntil(long targetNs) {
    timeNs.accumulateAndGet(targetNs, Math::max);
  }
}
