package io.troupe.deploy.bench.serve;

import java.util.concurrent.TimeUnit;

/** Time in nanoseconds from an arbitrary origin. Thread-safe. */
interface BenchClock {
  /** The clock of the system. */
  BenchClock SYSTEM =
      new BenchClock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleepUntil(long timeNs) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(timeNs - System.nanoTime());
        }
      };

  /** The current time. */
  long nanoTime();

  /** Blocks until a time; returns at once if it has passed. */
  void sleepUntil(long timeNs) throws InterruptedException;
}
