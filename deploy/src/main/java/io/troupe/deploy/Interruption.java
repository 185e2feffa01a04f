package io.troupe.deploy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handles Ctrl-C and {@code kill}: interrupts the working thread, and delays the end of the JVM
 * until that thread has cleaned up, or for a limited time.
 */
final class Interruption implements AutoCloseable {
  private static final Duration CLEANUP_TIMEOUT = Duration.ofSeconds(60);

  private final Thread worker = Thread.currentThread();
  private final Duration timeToCleanUp;
  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "troupe-stop");
  private volatile boolean stopping;

  private Interruption(Duration timeToCleanUp) {
    this.timeToCleanUp = timeToCleanUp;
  }

  /** Interrupts the calling thread on Ctrl-C, until this is closed; cleanup may take a minute. */
  static Interruption ofThisThread() {
    return ofThisThread(CLEANUP_TIMEOUT);
  }

  /** Interrupts the calling thread on Ctrl-C, until this is closed. */
  static Interruption ofThisThread(Duration timeToCleanUp) {
    Interruption interruption = new Interruption(timeToCleanUp);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void stop() {
    stopping = true;
    worker.interrupt();
    try {
      cleanedUp.await(timeToCleanUp.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the JVM is about to end
    }
  }

  /** Marks the end of the cleanup. */
  @Override
  public void close() {
    cleanedUp.countDown();
    if (!stopping) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
